FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY ["C:\\x\y", "C:\app"]
#      ^^^^^^^ copy-json-unescaped-backslash
COPY ["a\\b", "C:/app"]
ADD ["a" "C:\app"]
VOLUME [C:\data]
