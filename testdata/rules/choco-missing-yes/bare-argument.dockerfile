FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
RUN Start-Process -Wait choco install
#                             ^^^^^^^ choco-missing-yes
