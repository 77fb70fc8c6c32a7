# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
ONBUILD RUN RD /S C:\a `
#              ^^ interactive-file-command
  && xcopy C:\a C:\b `
#    ^^^^^ interactive-file-command
  /s
RUN rd /s/q C:\b && del /f *.*
#                          ^^^ interactive-file-command
