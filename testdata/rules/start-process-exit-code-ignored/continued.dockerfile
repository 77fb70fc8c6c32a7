# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
RUN $ProgressPreference = 'SilentlyContinue'; `
    Start-Process C:\vs.exe `
#   ^^^^^^^^^^^^^ start-process-exit-code-ignored
      -ArgumentList '/quiet' `
      -Wait; `
    del C:\vs.exe
