# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN powershell -Command "C:\choco\install.ps1" && SET "PATH=%PATH%;%ALLUSERSPROFILE%\chocolatey\bin"
#                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ run-env-not-persisted
