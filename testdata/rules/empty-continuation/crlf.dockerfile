# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN a `
#     ^ empty-continuation


  b `
#   ^ empty-continuation

COPY c d
