from mcr.microsoft.com/windows/servercore:ltsc2022
onbuild run RM -r -f C:\\a \
#           ^^ unix-command-on-windows
  && Mkdir -p C:\\b
#          ^^ unix-command-on-windows
