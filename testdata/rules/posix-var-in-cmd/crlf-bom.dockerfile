# escape=`
from mcr.microsoft.com/windows/servercore:ltsc2022
arg Version=1
onbuild run echo a-$VERSION `
#                  ^^^^^^^^ posix-var-in-cmd
    && cmd /c echo ${ver`
#                  ^^^^^^... posix-var-in-cmd
sion} > C:\x\$version.txt
#            ^^^^^^^^ posix-var-in-cmd
