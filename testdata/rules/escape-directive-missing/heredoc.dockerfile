# check=error=true
FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY <<E C:/app.txt
path=C:\app
E
RUN dir C:\app && \
#                 ^ escape-directive-missing
    dir C:\data
