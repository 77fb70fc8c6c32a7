# escape=`
from mcr.microsoft.com/windows/servercore:ltsc2022
run mkdir C:\a`
; `
#< semicolon-in-cmd
    mkdir C:\b;
onbuild run ver; dir
#              ^ semicolon-in-cmd
