FROM mcr.microsoft.com/dotnet/sdk:9.0-windowsservercore-ltsc2022
RUN dotnet workload install maui
CMD ["powershell", "while ($true) { Start-Sleep -Seconds 30 }"]
