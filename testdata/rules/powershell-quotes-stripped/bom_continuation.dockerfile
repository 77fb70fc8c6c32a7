# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
RUN New-Item C:\a; New-Item "C:\my `
#                           ^^^^^^^^... powershell-quotes-stripped
folder"
