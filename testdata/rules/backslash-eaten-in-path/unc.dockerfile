FROM mcr.microsoft.com/windows/servercore:ltsc2022
WORKDIR \\server\share
#       ^^^^^^^^^^^^^^ backslash-eaten-in-path
VOLUME \\.\pipe\docker
#      ^^^^^^^^^^^^^^^ backslash-eaten-in-path
ENV DRIVE=C:\ NEXT=1
#         ^^^^^^^^ backslash-eaten-in-path
