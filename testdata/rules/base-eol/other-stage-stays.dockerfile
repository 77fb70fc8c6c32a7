# escape=`
FROM mcr.microsoft.com/windows/servercore:1909 AS installer
#                                         ^^^^ base-eol
RUN mkdir C:\out
FROM mcr.microsoft.com/dotnet/aspnet:5.0-nanoserver-1909
#                                                   ^^^^ base-eol
COPY --from=installer C:/out/ C:/out/
