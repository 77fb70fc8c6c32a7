FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN powershell -Command C:/Install-Choco.ps1 -Wait;
#                       ^^^^^^^^^^^^^^^^^^^^ powershell-script-exit-code
