# escape=`
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
RUN powershell -Command Get-Date
RUN powershell -Command Get-Host
