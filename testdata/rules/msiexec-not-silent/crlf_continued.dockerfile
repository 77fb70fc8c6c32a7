# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
onbuild run msiexec `
#           ^^^^^^^ msiexec-not-silent
  /i `
  # the package
  C:\app.msi
RUN cmd /c "msiexec /i C:\app.msi"
#           ^^^^^^^ msiexec-not-silent
