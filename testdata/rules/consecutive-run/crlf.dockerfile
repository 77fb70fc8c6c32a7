# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
run mkdir C:\a

Run mkdir C:\b `
#^^ consecutive-run
  C:\c
RUN cd C:\a && mkdir d
RUN ["cmd", "/c", "ver"]
