ARG V=1809
#     ^^^^ base-version-mismatch
FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS build
FROM mcr.microsoft.com/windows/nanoserver:$V
COPY --from=build C:/a C:/a
