# escape=`
from mcr.microsoft.com/windows/servercore:ltsc2022
run cd `
#   ^^^^... run-cd-no-effect
 C:\app\
RUN cd %TEMP%
#   ^^^^^^^^^ run-cd-no-effect
RUN cd ..
#   ^^^^^ run-cd-no-effect
RUN cd src
#   ^^^^^^ run-cd-no-effect
RUN a & cd C:\
RUN a && popd && cd \ 
RUN cd D:\x
#   ^^^^^^^ run-cd-no-effect
RUN cd C:\x || exit 1
#   ^^^^^^^ run-cd-no-effect
CMD cd C:\x
