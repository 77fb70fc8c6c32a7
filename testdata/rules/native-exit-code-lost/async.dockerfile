# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]
RUN iwr -UseBasicParsing https://www.7-zip.org/a/7z2408-x64.exe -OutFile 7z.exe; .\7z.exe /S; rm 7z.exe
RUN iwr -UseBasicParsing https://example.org/tool.zip -OutFile t.zip; tar.exe -xf t.zip; rm t.zip
#                                                                     ^^^^^^^ native-exit-code-lost
