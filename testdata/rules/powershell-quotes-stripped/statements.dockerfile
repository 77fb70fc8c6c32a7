# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]
RUN New-Item "C:\a; b\c" ; New-Item "C:\e f" ; Write-Host "g; h"; New-Item "C:\i"
#            ^^^^^^^^^^^ powershell-quotes-stripped
#                                   ^^^^^^^^ powershell-quotes-stripped
#                                                         ^^^^^^ powershell-quotes-stripped
