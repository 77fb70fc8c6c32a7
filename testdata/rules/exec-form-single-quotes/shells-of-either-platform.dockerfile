FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ['cmd', '/c']
FROM alpine
SHELL ['sh', '-c']
#      ^^^^ exec-form-single-quotes
RUN ['a'] && b
RUN ['a'='b']
