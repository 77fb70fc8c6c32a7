# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
shell ["powershell"]
onbuild run I`
#           ^^... web-request-without-basic-parsing
wr https://example.com `
  -OutFile C:\a.zip
RUN iwr @more; iwr -UseB https://example.com
