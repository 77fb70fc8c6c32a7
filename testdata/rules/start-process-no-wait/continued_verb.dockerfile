# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
run Start-Pro`
#   ^^^^^^^^^^... start-process-no-wait
cess C:\vs.exe -ArgumentList '/quiet'
RUN cmd /c start C:\setup.exe /S
#          ^^^^^ start-process-no-wait
