# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
ENV PATH `
#   ^^^^^^... legacy-key-value-format
  C:\app;%PATH% b
ENV A `
#   ^^^... legacy-key-value-format
  # between
  b
LABEL a.b "x" y
#     ^^^^^^^^^ legacy-key-value-format
ENV A=1 B 2
ENV LAST C:\app\
#   ^^^^^^^^^^^^ legacy-key-value-format
