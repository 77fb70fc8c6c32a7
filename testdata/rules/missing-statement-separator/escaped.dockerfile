# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN mkdir C:\a; `
    mkdir C:\b
RUN mkdir C:\a^& `
    mkdir C:\b
#   ^^^^^ missing-statement-separator
SHELL ["powershell", "-Command"]
RUN mkdir C:\a`; `
    mkdir C:\b
#   ^^^^^ missing-statement-separator
