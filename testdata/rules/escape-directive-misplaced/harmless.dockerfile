# c
# escape=`
#^^^^^^^^^ escape-directive-misplaced
FROM alpine AS l
RUN a
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN ver
