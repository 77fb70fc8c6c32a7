# syntax=docker/dockerfile:1
FROM alpine AS l
RUN a `
  b
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN c `
#     ^ backtick-continuation-without-directive
  d
