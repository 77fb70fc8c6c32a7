# escape=backtick
#        ^^^^^^^^ escape-directive-invalid
FROM alpine AS l
RUN a
FROM mcr.microsoft.com/windows/servercore:ltsc2022
ENV A=`x
RUN ver
