# escape=`
# An intranet application that brings its own passwords. Bad: each of them is readable in the image's history.
# All values are made up.

FROM mcr.microsoft.com/dotnet/framework/aspnet:4.8-windowsservercore-ltsc2019
ARG NUGET_TOKEN=oy2kq7c4mzj3xw
ENV DB_PASSWORD=Winter-2019! `
    ConnectionStrings__Default="Server=db.example.com;Database=Intranet;User Id=intranet;Password=Int4anet-db#7"
LABEL maintainer.api_key="7f3c9a41b2e8"

RUN net user intranet Ch3ese-board1 /add
RUN nuget.exe sources add -Name corp -Source https://nuget.example.com/v3/index.json -UserName ci -Password %NUGET_TOKEN%
RUN powershell -Command "$p = ConvertTo-SecureString 'pfx-0pen-S3same' -AsPlainText -Force; Import-PfxCertificate -FilePath C:\site.pfx -Password $p -CertStoreLocation Cert:\LocalMachine\My"
RUN git clone https://builder:gl7-x81hq2mz@git.example.com/intranet/config.git C:\config

COPY site.pfx C:\site.pfx
COPY .npmrc nuget.config C:\build\
COPY publish\ C:\inetpub\wwwroot\
