# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
user `
  ROOT
# ^^^^ posix-user-on-windows
USER 0
#    ^ posix-user-on-windows
USER $APP_UID
USER
