$ErrorActionPreference = 'Stop'
# Windows on Arm runs the program for x64 where Chocolatey itself is one; the release has one for arm64, too.
Install-ChocolateyZipPackage -PackageName 'wlint' `
    -UnzipLocation (Split-Path -Parent $MyInvocation.MyCommand.Definition) `
    -Url64bit '{{url}}/wlint-x86_64-pc-windows-msvc.zip' `
    -Checksum64 '{{sha256:wlint-x86_64-pc-windows-msvc.zip}}' `
    -ChecksumType64 'sha256'
