# escape=`
from mcr.microsoft.com/windows/servercore:ltsc2022
shell ["powershell", "-Command"]
onbuild run curl `
#           ^^^^ curl-alias-in-powershell
  --fail -o C:\a.zip https://example.com/a.zip
