# escape=`
FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
#                                 ^^^ base-multiarch-ambiguous
RUN dotnet publish -o C:\out
FROM mcr.microsoft.com/dotnet/runtime:8.0-nanoserver-1809
COPY --from=build C:/out/ C:/out/
