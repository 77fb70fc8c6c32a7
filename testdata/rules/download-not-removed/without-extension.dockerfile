# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';"]
RUN Invoke-WebRequest -UseBasicParsing -OutFile miniconda3-latest-Windows-x86_64.exe https://example.com/miniconda3-latest-Windows-x86_64.exe
#                                                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ download-not-removed
RUN $p = Start-Process miniconda3-latest-Windows-x86_64 -ArgumentList '/InstallationType=JustMe /S' -Wait -PassThru; exit $p.ExitCode
