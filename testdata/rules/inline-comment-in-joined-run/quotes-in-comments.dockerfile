FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN powershell -Command "1; # say 'no' \
#                           ^^^^^^^^^^ inline-comment-in-joined-run
  2"
RUN powershell -Command 1; # a "b c" d \
#                          ^^^^^^^^^^^ inline-comment-in-joined-run
  2
SHELL ["pwsh", "-Command"]
RUN # all of it \
#   ^^^^^^^^^^^ inline-comment-in-joined-run
  Get-Date
HEALTHCHECK CMD Get-Date # now \
#                        ^^^^^ inline-comment-in-joined-run
  | Out-Null
FROM alpine
RUN a # b \
  c
