# escape=`
from mcr.microsoft.com/windows/nanoserver:ltsc2022
env A=$TEMP B=`
#     ^^^^^ container-env-not-visible
${ProgramW6432}
#^^^^^^^^^^^^^^ container-env-not-visible
user ContainerAdministrator
onbuild workdir $temp
#               ^^^^^ container-env-not-visible
ARG OS
COPY app-$OS.exe C:\app\
COPY a $ProgramFiles\x
#      ^^^^^^^^^^^^^ container-env-not-visible
FROM example.com/some/windows-image:windowsservercore
WORKDIR $ProgramData\x
#       ^^^^^^^^^^^^ container-env-not-visible
FROM mcr.microsoft.com/powershell:nanoserver-ltsc2022
WORKDIR $ProgramFiles\x
