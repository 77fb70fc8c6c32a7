FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]
RUN Invoke-WebRequest -UseBasicParsing https://example.com/install.PS1 -OutFile install.ps1
RUN iwr -UseBasicParsing https://example.com/a.zip -OutFile a.zip
#   ^^^ progress-bar-not-silenced
