FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN dir C:\app\
    RUN
RUN xcopy C:\a\
    C:\b
COPY a \
    b
