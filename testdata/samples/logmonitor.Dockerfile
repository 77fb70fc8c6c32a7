# escape=`
# An IIS site whose event log, ETW traces and log files reach the container's output through LogMonitor.

FROM mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';"]
WORKDIR C:\LogMonitor
ARG LOGMONITOR=https://github.com/microsoft/windows-container-tools/releases/download/v2.1.1
RUN Invoke-WebRequest -UseBasicParsing \"$env:LOGMONITOR/LogMonitor.exe\" -OutFile LogMonitor.exe
COPY LogMonitorConfig.json .

# IIS writes its log at once and not every minute, so that LogMonitor sees it.
RUN & $env:windir\system32\inetsrv\appcmd.exe set config -section:system.applicationHost/log `
    /centralLogFileMode:Central /commit:apphost

COPY site\ C:\inetpub\wwwroot\
EXPOSE 80
# The shell form is what starts LogMonitor: an exec-form ENTRYPOINT would pass it by.
SHELL ["C:\\LogMonitor\\LogMonitor.exe", "cmd", "/S", "/C"]
ENTRYPOINT C:\ServiceMonitor.exe w3svc
