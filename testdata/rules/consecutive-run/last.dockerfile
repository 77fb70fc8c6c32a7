FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN mkdir a
RUN ver || exit 0

FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN mkdir b
RUN mkdir c
#^^ consecutive-run
