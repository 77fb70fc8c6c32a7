# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]
RUN $p = Start-Process C:\setup.exe -Wait -PassThru; `
    if ($p.ExitCode) { C:\collect.exe; throw ('failed with {0}' -f $p.ExitCode) }
RUN & C:\Windows\Microsoft.NET\Framework64\v4.0.30319\ngen.exe update; `
    Remove-Item C:\temp\a.txt
RUN curl.exe -fsSLo a.msi https://example.com/a.msi; `
    if ((Get-FileHash a.msi).Hash -ne 'AB') { exit 1 }
RUN C:\a.exe; Write-Host done
#   ^^^^^^^^ native-exit-code-lost
