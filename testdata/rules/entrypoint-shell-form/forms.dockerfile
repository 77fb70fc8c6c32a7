# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS continued
ENTRYPOINT C:\app\a.exe `
#          ^^^^^^^^^^^^^^... entrypoint-shell-form
  --port 80

FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS replaced
CMD C:\app\a.exe
CMD ["C:\\app\\b.exe"]

FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS beside
ENTRYPOINT C:\app\a.exe
#          ^^^^^^^^^^^^ entrypoint-shell-form
CMD ["x"]

FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS monitored
SHELL ["C:\\LogMonitor\\LogMonitor.exe", "cmd", "/S", "/C"]
CMD C:\app\a.exe

FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS batch
CMD C:\app\start.cmd

FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS package
CMD npm start

FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS json
CMD ["C:\app\a.exe"]

FROM mcr.microsoft.com/dotnet/aspnet:8.0-nanoserver-ltsc2022
cmd dotnet app.dll
#   ^^^^^^^^^^^^^^ entrypoint-shell-form
