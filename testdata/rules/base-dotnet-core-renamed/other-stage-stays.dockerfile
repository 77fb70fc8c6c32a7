# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2019 AS build
RUN mkdir C:\out
FROM mcr.microsoft.com/dotnet/aspnet:5.0-nanoserver-1809
#                                    ^^^^^^^^^^^^^^^^^^^ base-dotnet-core-renamed
COPY --from=build C:/out/ C:/out/
