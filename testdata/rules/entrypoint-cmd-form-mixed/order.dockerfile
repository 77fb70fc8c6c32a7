FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS classic
CMD ["x"]
ENTRYPOINT C:/app/a.exe
#          ^^^^^^^^^^^^ entrypoint-cmd-form-mixed

FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS shells
ENTRYPOINT ["powershell", "-NoProfile", "-Command"]
CMD Get-Date
#   ^^^^^^^^ entrypoint-cmd-form-mixed

FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS both
entrypoint C:/app/a.exe
#          ^^^^^^^^^^^^ entrypoint-cmd-form-mixed
cmd x

FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS monitored
SHELL ["C:\\LogMonitor\\LogMonitor.exe", "cmd", "/S", "/C"]
ENTRYPOINT C:/app/a.exe
#          ^^^^^^^^^^^^ entrypoint-cmd-form-mixed
CMD ["x"]

FROM alpine:3.20
ENTRYPOINT /a
CMD ["x"]
