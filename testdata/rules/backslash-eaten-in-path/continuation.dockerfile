FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY src\a \
#    ^^^^^ backslash-eaten-in-path
    C:\da\
#   ^^^^^^... backslash-eaten-in-path
ta\x C:\out
#    ^^^^^^ backslash-eaten-in-path
ENV A=C:\one \
#     ^^^^^^ backslash-eaten-in-path
    B="C:\two" C=C:\th\ ree
#                ^^^^^^^^^^ backslash-eaten-in-path
