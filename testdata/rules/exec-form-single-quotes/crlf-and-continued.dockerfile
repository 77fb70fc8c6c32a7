# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
entrypoint [ `
  'C:\app\`
# ^^^^^^^^^... exec-form-single-quotes
server.exe', `
  'it\'s "x"' ]
