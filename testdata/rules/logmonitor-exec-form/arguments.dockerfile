# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["C:\\LogMonitor\\LogMonitor.exe", "cmd", "/S", "/C"]
ENTRYPOINT ["C:\\app\\a.exe", `
#          ^^^^^^^^^^^^^^^^^^^^... logmonitor-exec-form
  "two words"]
CMD ["x"]
ONBUILD CMD ["C:\\b.exe", "C:\\x\\"]
