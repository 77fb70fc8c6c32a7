#syntax=docker/dockerfile:1
#^^^^^^^^^^^^^^^^^^^^^^^^^^ syntax-directive-on-windows
FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY a C:/
