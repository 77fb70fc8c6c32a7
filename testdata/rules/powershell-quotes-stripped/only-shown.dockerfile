# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]
RUN Write-Host 'Verifying ("node --version") ...'; node --version
RUN Set-Content C:\a.json '{"a b": 1}'
#                           ^^^^^ powershell-quotes-stripped
