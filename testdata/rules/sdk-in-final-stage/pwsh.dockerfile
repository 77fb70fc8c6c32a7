# escape=`
FROM mcr.microsoft.com/dotnet/sdk:9.0-nanoserver-ltsc2022
SHELL ["pwsh", "-Command"]
COPY start.ps1 C:/
CMD C:\start.ps1
