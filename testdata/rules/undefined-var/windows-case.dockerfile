# escape=`
ARG Global=1
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
ENV AppHome=C:\app
COPY $APPHOME $apphom C:\x\
#             ^^^^^^^ undefined-var
ENV PATH=C:\bin;$PATH;${path} X=$Temp Y=${ProgramFiles}
WORKDIR $GLOBAL
#       ^^^^^^^ undefined-var
USER $http_proxy
VOLUME ["$NONE"]
#        ^^^^^ undefined-var
