# escape=`
from mcr.microsoft.com/windows/servercore:ltsc2022
add a.ZIP `
#   ^^^^^ add-archive-not-extracted
  b.tar.gz C:\a
ADD ["c.7z", "C:/b/"]
#    ^^^^^^ add-archive-not-extracted
ADD --unpack=true https://example.com/d.tgz C:/d/
ADD https://example.com/e.zip?raw=1 .
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ add-archive-not-extracted
ADD f.zip C:/f.zip
ONBUILD ADD *.zip C:/g/
#           ^^^^^ add-archive-not-extracted
RUN C:\b\x.exe
FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS script
ADD a.zip C:/
RUN powershell -File C:\unpack.ps1
FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS files
ADD a.zip C:/
FROM files AS more
RUN dir C:\*.zip
FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS other
ADD a.zip C:/x/
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
COPY --from=other C:/x/ C:/x/
RUN C:\x\setup.cmd
