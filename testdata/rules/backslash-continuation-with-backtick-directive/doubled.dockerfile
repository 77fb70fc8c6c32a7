# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN echo `\
#         ^ backslash-continuation-with-backtick-directive
    b
