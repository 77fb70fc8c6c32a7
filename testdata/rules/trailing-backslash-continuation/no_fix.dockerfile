FROM mcr.microsoft.com/windows/servercore:ltsc2022
ENV PASSWORD=ab\c\
#            ^^^^^ trailing-backslash-continuation
ENV TICK=a`b DIR=C:\tools\
#                ^^^^^^^^^ trailing-backslash-continuation
# a comment
RUN dir %TEMP%\
#       ^^^^^^^ trailing-backslash-continuation
CMD ["cmd"]
