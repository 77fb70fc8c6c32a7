FROM mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022 AS base
USER ContainerUser
#    ^^^^^^^^^^^^^ servicemonitor-needs-administrator
FROM base AS good
USER ContainerAdministrator
FROM base AS bad
RUN whoami
