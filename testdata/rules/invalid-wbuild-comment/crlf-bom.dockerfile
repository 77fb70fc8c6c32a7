FROM mcr.microsoft.com/windows/servercore:ltsc2022
# wbuild: retires=2
#         ^^^^^^^ invalid-wbuild-comment
RUN dir
