FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL []
SHELL ["powershell", 5]
SHELL
SHELL ["cmd", "/c"]
FROM alpine
SHELL sh -c
