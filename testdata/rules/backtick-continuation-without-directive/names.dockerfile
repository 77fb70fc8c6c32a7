FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
RUN mkdir a; `
#            ^ backtick-continuation-without-directive
    copy b c; `
    # comment

    user
onbuild `
  run x
