# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN New-`
#   ^^^^^... cmdlet-in-cmd-shell
Item C:\a
RUN ["cmd", "/c", "Get-Item C:\\a"]
#                  ^^^^^^^^ cmdlet-in-cmd-shell
