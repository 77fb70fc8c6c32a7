FROM mcr.microsoft.com/windows/servercore:ltsc2022
# wbuild: ok-exit=1,x
#                 ^^^ invalid-wbuild-comment
RUN dir `
    C:\temp ; `
    dir
