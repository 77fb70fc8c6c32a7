# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
copy --chown=x [ `
  "a b.txt", `
  "C:\app\`
#  ^^^^^^^^... copy-json-unescaped-backslash
bin\" `
]
