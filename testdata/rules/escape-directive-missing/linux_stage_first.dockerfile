FROM alpine AS l
RUN a && \
  b C:\x
FROM mcr.microsoft.com/windows/servercore:ltsc2022
onbuild run mkdir C:\app && \
#                           ^ escape-directive-missing
    dir C:\app
