# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
cmd ["C:\tools\`
#     ^^^^^^^^^^... exec-form-control-char-path
boot.exe", `
  "\u0041.\b"]
ONBUILD HEALTHCHECK CMD ["..\bin\new.cmd"]
#                         ^^^^^^^^^^^^^^ exec-form-control-char-path
