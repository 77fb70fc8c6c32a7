# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
run NET.EXE USER app P@ss`
#                    ^^^^^... secret-net-user
word1 /ADD
ONBUILD RUN cmd /c "net user app P@ssw0rd1 /add" & start /wait net user app P@ssw0rd1
#                                ^^^^^^^^^ secret-net-user
#                                                                           ^^^^^^^^^ secret-net-user
SHELL ["powershell", "-Command"]
RUN $user = [ADSI]'WinNT://./app,user'; $user.SetPassword('P@ssw0rd1'); net user app $env:PW
#                                                          ^^^^^^^^^ secret-net-user
FROM alpine
RUN net user app P@ssw0rd1 /add
