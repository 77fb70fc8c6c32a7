# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]
HEALTHCHECK CMD powershell -NoProfile -Command "try { $p = Get-Process 'app'; exit 0 } catch { exit 1 }"
#                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ powershell-quotes-stripped
RUN pwsh.exe -c "Get-Item 'C:\a b'"
#               ^^^^^^^^^^^^^^^^^^^ powershell-quotes-stripped
