FROM --platform=$BUILDPLATFORM golang:1.24 AS build
ARG TARGETOS
RUN GOOS=$TARGETOS make app.exe

FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
COPY --from=build /w/app.exe C:/app.exe
