# escape=`
# A scheduled import in PowerShell, saved by Notepad: lines end in CR LF and the file begins with a byte order mark.
# Nothing is wrong with either.

FROM mcr.microsoft.com/dotnet/sdk:8.0-windowsservercore-ltsc2022
SHELL ["pwsh", "-NoProfile", "-Command", "$ErrorActionPreference = 'Stop';"]
WORKDIR C:\import

RUN Install-Module -Name ImportExcel -RequiredVersion 7.8.9 -Force -Scope AllUsers; `
    # kept on one line, so that a failing module fails the build
    Import-Module ImportExcel

COPY ["import.ps1", "Column Names.json", "C:/import/"]
VOLUME C:\data
USER ContainerUser
CMD ["pwsh", "-NoProfile", "-File", "C:\\import\\import.ps1"]
