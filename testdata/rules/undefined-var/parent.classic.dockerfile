FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS agent
ARG VERSION=3355
ENV HOME=C:/agent
LABEL version=$VERSION
FROM agent
LABEL version=$VERSION home=$HOME
#             ^^^^^^^^ undefined-var
