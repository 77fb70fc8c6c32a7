# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
ONBUILD RUN Install-WindowsFeature `
    -Name Web-Server `
    -Rest
#   ^^^^^ reboot-in-run
RUN Install-WindowsFeature -Restart -Name Web-Server
#                          ^^^^^^^^ reboot-in-run
RUN Install-WindowsFeature Web-Server -Restart:$false
