# syntax=docker/dockerfile:1
# check=error=true

  # Escape = `
# ^^^^^^^^^^^^ escape-directive-misplaced
FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY a C:\data\
RUN dir `
  C:\
