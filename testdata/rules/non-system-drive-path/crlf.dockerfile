# escape=`
from mcr.microsoft.com/windows/servercore:ltsc2022
workdir c:
#       ^^ non-system-drive-path
onbuild copy a `
  D:\x
# ^^^^ non-system-drive-path
