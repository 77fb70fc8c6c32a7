# escape=`
# A self-hosted Azure Pipelines agent with git and PowerShell 7. Mixed: it installs well and then runs as the
# administrator, takes whatever `latest` is, and has the token in an ENV.

FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-NoProfile", "-Command", "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';"]

RUN Set-ExecutionPolicy Bypass -Scope Process -Force; `
    iex ((New-Object System.Net.WebClient).DownloadString('https://community.chocolatey.org/install.ps1')); `
    choco install git --params '/GitAndUnixToolsOnPath'; `
    choco install powershell-core --yes --no-progress

ENV AZP_URL=https://dev.azure.com/example `
    AZP_TOKEN=sample0token0sample0token0sample0token0 `
    AZP_WORK=C:\azp\work
WORKDIR C:\azp
COPY start.ps1 .
RUN Invoke-WebRequest -Uri https://download.agent.dev.azure.com/agent/4.248.0/vsts-agent-win-x64-4.248.0.zip -OutFile agent.zip; `
    Expand-Archive agent.zip -DestinationPath C:\azp\agent; `
    Remove-Item agent.zip
CMD powershell -NoExit .\start.ps1
