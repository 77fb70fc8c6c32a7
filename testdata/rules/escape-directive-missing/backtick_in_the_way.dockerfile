FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN powershell mkdir C:\app; \
#                            ^ escape-directive-missing
    dir C:\app
ENV TICK=a`b
