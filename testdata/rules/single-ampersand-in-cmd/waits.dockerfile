# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN start /w C:\build\vcredist_x86.exe /q /norestart & del C:\build\vcredist_x86.exe
#                                                    ^ single-ampersand-in-cmd
RUN start C:\build\server.exe & del C:\build\a.exe
RUN C:\VC\vcvarsall.bat amd64 & set
RUN C:\VC\vcvarsall.bat amd64 & set X=1
#                             ^ single-ampersand-in-cmd
