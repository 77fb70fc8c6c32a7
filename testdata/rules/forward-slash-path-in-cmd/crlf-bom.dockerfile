# escape=`
from mcr.microsoft.com/windows/servercore:ltsc2022
onbuild run del `
  C:/temp/a.log & `
# ^^^^^^^^^^^^^ forward-slash-path-in-cmd
  # comment
  mkdir C:/a/`
#       ^^^^^^... forward-slash-path-in-cmd
b
