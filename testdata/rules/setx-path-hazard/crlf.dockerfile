# escape=`
from mcr.microsoft.com/windows/servercore:ltsc2022
onbuild run setx.exe `
#           ^^^^^^^^ setx-path-hazard
 path "%path%;C:\x"
RUN setx JAVA_HOME C:\java && setx -m PATH C:\x && setx PATH C:\y /M
RUN cmd /c "@setx PATH %PATH%;C:\z"
#            ^^^^ setx-path-hazard
SHELL ["powershell", "-Command"]
RUN setx /M PATH $env:PATH';C:\x'
#   ^^^^ setx-path-hazard
