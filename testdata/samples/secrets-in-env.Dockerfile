# escape=`
# An intranet application that brings its own passwords. Bad: each of them is readable in the image's history.
# All values are made up.

FROM mcr.microsoft.com/dotnet/framework/aspnet:4.8-windowsservercore-ltsc2019
ARG NUGET_TOKEN=sample-token-0123456789
ENV DB_PASSWORD=Sample-Only-2 `
    ConnectionStrings__Default="Server=db.example.com;Database=Intranet;User Id=intranet;Password=Sample-Only-3"
LABEL maintainer.api_key="sample-key-abcdef"

RUN net user intranet Sample-Only-4 /add
RUN nuget.exe sources add -Name corp -Source https://nuget.example.com/v3/index.json -UserName ci -Password %NUGET_TOKEN%
RUN powershell -Command "$p = ConvertTo-SecureString 'Sample-Only-5' -AsPlainText -Force; Import-PfxCertificate -FilePath C:\site.pfx -Password $p -CertStoreLocation Cert:\LocalMachine\My"
RUN git clone https://builder:Sample-Only-6@git.example.com/intranet/config.git C:\config

COPY site.pfx C:\site.pfx
COPY .npmrc nuget.config C:\build\
COPY publish\ C:\inetpub\wwwroot\
