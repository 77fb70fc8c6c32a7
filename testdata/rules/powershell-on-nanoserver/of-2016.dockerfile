# escape=`
FROM microsoft/nanoserver
SHELL ["powershell", "-Command"]
RUN Get-Date

FROM golang:1.8-nanoserver
RUN powershell -Command Get-Date

FROM microsoft/nanoserver:1709
RUN powershell -Command Get-Date
#   ^^^^^^^^^^ powershell-on-nanoserver
