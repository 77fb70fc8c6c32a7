# escape=`
# An ASP.NET Framework site behind IIS: built with MSBuild in one stage, served from the next.

FROM mcr.microsoft.com/dotnet/framework/sdk:4.8.1-windowsservercore-ltsc2022 AS build
SHELL ["powershell", "-NoLogo", "-Command", "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';"]
WORKDIR C:\src
COPY Shop.sln .\
COPY Shop.Web\Shop.Web.csproj Shop.Web\packages.config .\Shop.Web\
RUN nuget restore Shop.sln
COPY . .
RUN msbuild Shop.Web\Shop.Web.csproj `
        /p:Configuration=Release `
        /p:DeployOnBuild=true `
        /p:WebPublishMethod=FileSystem `
        /p:PublishUrl=C:\out

FROM mcr.microsoft.com/dotnet/framework/aspnet:4.8.1-windowsservercore-ltsc2022
SHELL ["powershell", "-NoLogo", "-Command", "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';"]
# The site needs WebSockets; the default site makes room for ours.
RUN Install-WindowsFeature Web-WebSockets; `
    Remove-Website -Name 'Default Web Site'; `
    New-Item -Path C:\shop -Type Directory | Out-Null; `
    New-Website -Name Shop -PhysicalPath C:\shop -Port 80 -Force | Out-Null
COPY --from=build C:\out C:\shop
EXPOSE 80
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 `
    CMD ["curl.exe", "--fail", "--silent", "--output", "NUL", "http://localhost/health"]
