FROM mcr.microsoft.com/windows/servercore:ltsc2022
LABEL a="“b”" c=it’s
RUN echo “a” – b
RUN powershell –NoProfile –Command Write-Host “a”
RUN setup.exe a – b 5–6
CMD ["echo", "“a”"]
MAINTAINER “me”
FROM alpine
RUN apk add –no-cache “a”
