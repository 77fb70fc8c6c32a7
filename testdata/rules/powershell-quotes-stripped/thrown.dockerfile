# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]
RUN if (Test-Path C:\a) { throw "C:\a is there" }
#                               ^^^^^^^^^^^^^^^ powershell-quotes-stripped
