# escape=`
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
CMD a `
#^^ multiple-cmd-entrypoint
  # a comment

  b
CMD c