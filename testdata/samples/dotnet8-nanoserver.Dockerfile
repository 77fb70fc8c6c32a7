# escape=`
# A .NET 8 web API, published in the SDK image and run on Nano Server by an ordinary user.

ARG DOTNET=8.0
ARG OS=nanoserver-ltsc2022

FROM mcr.microsoft.com/dotnet/sdk:${DOTNET}-${OS} AS build
ARG CONFIGURATION=Release
USER ContainerAdministrator
WORKDIR C:\src
COPY Directory.Build.props nuget.config .\
COPY src\Orders.Api\Orders.Api.csproj src\Orders.Api\
RUN dotnet restore src\Orders.Api\Orders.Api.csproj
COPY src\ src\
RUN dotnet publish src\Orders.Api\Orders.Api.csproj `
    --configuration %CONFIGURATION% `
    --no-restore `
    --output C:\app

FROM mcr.microsoft.com/dotnet/aspnet:${DOTNET}-${OS}
LABEL org.opencontainers.image.title="orders-api" `
      org.opencontainers.image.source="https://example.com/orders"
ENV ASPNETCORE_HTTP_PORTS=8080 `
    DOTNET_EnableDiagnostics=0
WORKDIR C:\app
COPY --from=build C:\app .
USER ContainerUser
EXPOSE 8080
ENTRYPOINT ["dotnet", "Orders.Api.dll"]
