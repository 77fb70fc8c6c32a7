FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN ["C:\tools\a.exe", \
#     ^^^^^^^^^^^^^^ exec-form-unescaped-backslash
  "\\server\share"]
onbuild healthcheck cmd ["C:\app\ü.exe"]
#                         ^^^^^^^^^^^^ exec-form-unescaped-backslash
RUN ["cmd", "/c", "C:\app\run.cmd \"a, b\""]
#                  ^^^^^^^^^^^^^^^^^^^^^^^ exec-form-unescaped-backslash
