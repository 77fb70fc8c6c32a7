# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
run --mount=TYPE=Secret,source=my.tok dir
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ secret-mount-on-windows
RUN --mount=target=C:/k,uid=1,type=secret,id=k,`
#           ^^^^^^^^^^^ secret-mount-on-windows
required dir
RUN --mount=type=secret,id=9é dir
#   ^^^^^^^^^^^^^^^^^^^^^^^^^ secret-mount-on-windows
RUN --mount=id=x dir
