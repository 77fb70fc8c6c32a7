# A build agent for installers (WiX and the Windows SDK). Bad: the author continues lines with a backtick, as in the
# documentation, and left out the directive that makes it an escape character.

FROM mcr.microsoft.com/windows/servercore:ltsc2022

SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]

RUN [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12; `
    Invoke-WebRequest -UseBasicParsing https://example.com/wix314.exe -OutFile C:\wix.exe; `
    Start-Process C:\wix.exe -ArgumentList '/install', '/quiet', '/norestart' -Wait; `
    Remove-Item C:\wix.exe

RUN setx /M PATH $($env:PATH + ';C:\Program Files (x86)\WiX Toolset v3.14\bin')

WORKDIR C:\work
COPY build.ps1 `
     version.txt `
     C:\work\
CMD ["powershell", "-File", "C:\\work\\build.ps1"]
