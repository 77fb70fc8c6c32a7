# escape=`
FROM golang:1.22-windowsservercore-ltsc2022
RUN powershell -Command `
    git clone https://example.com/a; `
    Write-Host done
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]
RUN go version; Write-Host 'Complete.'
RUN powershell -Command C:\a.ps1; Write-Host done
#   ^^^^^^^^^^ native-exit-code-lost
