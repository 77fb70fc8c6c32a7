# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
ARG GIT_256_CHECKSUM
RUN curl.exe -fsSLo git.zip https://example.com/git.zip
COPY checksum.ps1 C:/
RUN powershell -File C:\checksum.ps1 -TargetFile git.zip -ExpectedHash %GIT_256_CHECKSUM%
