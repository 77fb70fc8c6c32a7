# escape=`
# c
FROM mcr.microsoft.com/windows/servercore:ltsc2022
# escape=\
RUN ver
