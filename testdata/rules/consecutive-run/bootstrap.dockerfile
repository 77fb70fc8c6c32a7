# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY a0 C:/a/
RUN powershell -Command "iex ((New-Object System.Net.WebClient).DownloadString('https://community.chocolatey.org/install.ps1'))"
RUN choco install -y git

COPY a1 C:/a/
RUN powershell.exe Set-ExecutionPolicy Bypass -Scope Process -Force; iex ((New-Object System.Net.WebClient).DownloadString('https://community.chocolatey.org/install.ps1'))
RUN choco install -y git

COPY a2 C:/a/
RUN powershell -Command "iwr -UseBasicParsing https://community.chocolatey.org/install.ps1 | iex"
RUN choco install -y git

COPY a3 C:/a/
RUN powershell -Command "& ([scriptblock]::Create((irm get.scoop.sh))) -RunAsAdmin"
RUN scoop install git

SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';"]
RUN Set-ExecutionPolicy RemoteSigned -Scope CurrentUser -Force; irm get.scoop.sh | iex
RUN scoop install git

COPY a5 C:/a/
RUN Set-ExecutionPolicy Bypass -Scope Process -Force; `
    Invoke-Expression ((New-Object Net.WebClient).DownloadString('https://community.chocolatey.org/install.ps1')); `
    choco feature disable --name showDownloadProgress
RUN choco install -y git
