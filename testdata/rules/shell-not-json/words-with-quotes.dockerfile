FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL powershell -Command "$ErrorActionPreference = 'Stop';"
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ shell-not-json
SHELL "C:\Program Files\pwsh\pwsh.exe" -Command
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ shell-not-json
SHELL C:\pwsh\pwsh.exe -Command
#     ^^^^^^^^^^^^^^^^^^^^^^^^^ shell-not-json
