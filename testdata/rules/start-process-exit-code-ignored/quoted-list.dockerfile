# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
RUN Start-Process -Wait -FilePath "collector.exe" `
#   ^^^^^^^^^^^^^ start-process-exit-code-ignored
    -ArgumentList "'-q', '-dir', 'C:\collector'"
