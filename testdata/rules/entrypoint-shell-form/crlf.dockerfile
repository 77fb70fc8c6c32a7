# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
ENTRYPOINT C:\app\a.exe
#          ^^^^^^^^^^^^ entrypoint-shell-form
ONBUILD ENTRYPOINT C:\app\b.exe -x
#                  ^^^^^^^^^^^^^^^ entrypoint-shell-form
