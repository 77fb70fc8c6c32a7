# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
shell `
  powershell `
# ^^^^^^^^^^^^... shell-not-json
  -Command
SHELL ["C:\pwsh\`
#       ^^^^^^^^^... shell-not-json
pwsh.exe"]
