FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS a
SHELL ["powershell", "-Command"]
CMD Restart-Service W3SVC; exit 0
#   ^^^^^^^^^^^^^^^^^^^^^ service-entrypoint-exits

FROM a AS b
CMD Start-Service W3SVC; while ($true) { Start-Sleep 1 }

FROM a AS c
ENTRYPOINT ["C:\\a.exe"]
CMD ["net", "start", "w3svc"]

FROM a AS d
CMD ["powershell", "-NoExit", "-Command", "Start-Service W3SVC"]

FROM a AS e
ONBUILD CMD net start w3svc
#           ^^^^^^^^^^^^^^^ service-entrypoint-exits

FROM mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022
CMD ["net", "start", "w3svc"]
