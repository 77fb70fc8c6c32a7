# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN powershell -EncodedCommand ZABvAGMAawBlAHIAZAAgAC0ALQByAGUAZwBpAHMAdABlAHIALQBzAGUAcgB2AGkAYwBlAA==
#                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker-in-docker
RUN dock^erd --register-service
#   ^^^^^^^^ docker-in-docker
SHELL ["powershell", "-Command"]
RUN doc`kerd --register-service
#   ^^^^^^^^ docker-in-docker
