# A command-line tool on Nano Server. Bad: it sets the machine's PATH as ContainerUser, which Nano Server refuses,
# it loses the backslashes of its paths, and it counts on a PowerShell that is not there.

FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
WORKDIR C:\tools\bin
COPY bin\mytool.exe C:\tools\bin\
COPY conf\mytool.ini C:\tools\conf\
RUN setx /M PATH "%PATH%;C:\tools\bin"
RUN powershell -Command "Get-ChildItem C:\tools"
ENV TOOL_CONF=C:\tools\conf\mytool.ini
ENTRYPOINT ["C:\tools\bin\mytool.exe"]
