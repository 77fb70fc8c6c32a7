FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN a && \
    b
RUN c; `
#      ^ backtick-continuation-without-directive
    copy d e
