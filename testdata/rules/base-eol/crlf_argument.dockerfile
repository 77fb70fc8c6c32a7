# escape=`
ARG BUILD="1909"
#          ^^^^ base-eol
from mcr.microsoft.com/windows/servercore:${BUILD} as a
FROM mcr.microsoft.com/windows/nanoserver:${BUILD}
