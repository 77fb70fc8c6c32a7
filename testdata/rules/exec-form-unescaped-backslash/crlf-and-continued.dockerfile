# escape=`
from mcr.microsoft.com/windows/servercore:ltsc2022
entrypoint [ `
  "C:\app\`
#  ^^^^^^^^... exec-form-unescaped-backslash
server.exe", `
  # a comment between
  "C:\data\" `
]
