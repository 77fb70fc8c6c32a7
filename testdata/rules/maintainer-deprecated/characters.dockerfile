# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
MAINTAINER J. "Jay" Doe `
#^^^^^^^^^ maintainer-deprecated
  <j`o$e@contoso.com>
