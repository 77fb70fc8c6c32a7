FROM mcr.microsoft.com/windows/servercore:ltsc2022
ENV CONNECTION=Server=.\SQLEXPRESS;Password=abc\defg
#                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ backslash-eaten-in-path
ARG PASSWORD=corp\secret
#            ^^^^^^^^^^^ backslash-eaten-in-path
