# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
run choco `
    install `
#   ^^^^^^^ choco-missing-yes
    git --version=2.45.0
ONBUILD RUN choco upgrade git --version=2.45.0
#                 ^^^^^^^ choco-missing-yes
