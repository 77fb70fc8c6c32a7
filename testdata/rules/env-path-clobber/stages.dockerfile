# escape=`
from mcr.microsoft.com/windows/servercore:ltsc2022 as a
onbuild env path=C:\x;$PATH
#                     ^^^^^ env-path-clobber
env PATH=`
C:\t;${PATH}
#    ^^^^^^^ env-path-clobber
ENV PATH=C:\u;${PATH}
FROM a
ENV PATH=C:\v;${PATH}
FROM example.com/some/image:windowsservercore
ENV PATH=C:\t;${PATH}
FROM mcr.microsoft.com/windows/servercore:ltsc2022
ARG MORE
ENV PATH=$MORE
ENV PATH=${PATH:-C:\Windows}
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
ENV PATH=C:\t;${PATH}
#             ^^^^^^^ env-path-clobber
