# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS one
SHELL ["powershell", "-Command"]
RUN if (Test-Path x) { return 1 }
ONBUILD HEALTHCHECK CMD foreach ($url in 'a', 'b') { `
    if (!(Test-Path $url)) { Return  -1 `
#                            ^^^^^^^^^^ healthcheck-return-not-exit
    } }; 1 | % { return 1 }
HEALTHCHECK CMD if (Test-Path C:\ready) { return $true }; return (1); return

FROM one
HEALTHCHECK CMD try { Get-Item C:\ready -ErrorAction Stop } catch { Write-Host no; return 2 }
#                                                                                  ^^^^^^^^ healthcheck-return-not-exit

FROM one
HEALTHCHECK CMD try { Get-Item C:\ready } catch { return 0 }; if (Test-Path C:\x) { return 1 }
#                                                                                   ^^^^^^^^ healthcheck-return-not-exit

FROM one
HEALTHCHECK CMD trap { return 1 }; if (Test-Path C:\x) { return 1 -eq $x }

FROM one
HEALTHCHECK CMD check.exe; if ($LASTEXITCODE) { return 1 }

FROM mcr.microsoft.com/windows/servercore:ltsc2022
HEALTHCHECK CMD return 1
HEALTHCHECK NONE

FROM debian:12
HEALTHCHECK CMD pwsh -c 'return 1'
