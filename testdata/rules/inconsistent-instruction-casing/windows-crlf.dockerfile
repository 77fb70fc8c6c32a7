# escape=`
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
WorkDir C:\app
#^^^^^^ inconsistent-instruction-casing
COPY a .
USER ContainerUser
