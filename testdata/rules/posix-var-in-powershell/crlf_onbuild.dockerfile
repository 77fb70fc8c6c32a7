# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
ENV A_B=1
SHELL ["powershell", "-Command"]
onbuild RUN Write-Host C:\${a_`
#                         ^^^^^... posix-var-in-powershell
b}\x
