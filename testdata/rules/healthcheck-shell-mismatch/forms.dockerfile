# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS a
SHELL ["powershell", "-Command"]
ONBUILD HEALTHCHECK CMD curl --fail http://localhost/ `
#                       ^^^^ healthcheck-shell-mismatch
  || exit 1
# ^^ healthcheck-shell-mismatch
HEALTHCHECK CMD curl http://localhost/ -UseB; exit 0

FROM a AS b
HEALTHCHECK CMD curl -f http://localhost/ || exit 1
HEALTHCHECK NONE

FROM a AS c
SHELL ["pwsh", "-Command"]
HEALTHCHECK CMD curl -f http://localhost/ || exit 1

FROM mcr.microsoft.com/windows/nanoserver:ltsc2022 AS d
SHELL ["powershell", "-Command"]
HEALTHCHECK CMD exit 0
#               ^^^^^^ healthcheck-shell-mismatch

FROM mcr.microsoft.com/windows/servercore:ltsc2016
COPY curl.exe C:/Windows/
HEALTHCHECK CMD curl -f http://localhost/ || exit 1
