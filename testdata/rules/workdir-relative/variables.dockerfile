from alpine as a
arg DIR
arg ROOT=app
workdir $DIR
FROM alpine
ARG ROOT=app
workdir \
  $ROOT/x
# ^^^^^^^ workdir-relative
FROM alpine
WORKDIR ${HOME}/x
FROM mcr.microsoft.com/windows/servercore:ltsc2022
WORKDIR %TEMP%/x
FROM mcr.microsoft.com/windows/servercore:ltsc2022
onbuild workdir x
#               ^ workdir-relative
WORKDIR "my app"
#       ^^^^^^^^ workdir-relative
FROM mcr.microsoft.com/windows/servercore:ltsc2022
WORKDIR C:/x
WORKDIR y
