# escape=`
# A Node.js service on Server Core: Node comes as a zip with a checked hash, the modules in a layer of their own.

FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS node
SHELL ["powershell", "-NoProfile", "-Command", "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';"]
ARG NODE_VERSION=22.11.0
ARG NODE_SHA256=905373a059aecaf7f48c1ce10ffbd5334457ca00f678747f19db5ea7d256c236
RUN Invoke-WebRequest -UseBasicParsing `
        -Uri \"https://nodejs.org/dist/v$env:NODE_VERSION/node-v$env:NODE_VERSION-win-x64.zip\" `
        -OutFile node.zip; `
    if ((Get-FileHash node.zip -Algorithm SHA256).Hash -ne $env:NODE_SHA256) { throw 'node.zip is not what it should be' }; `
    Expand-Archive node.zip -DestinationPath C:\; `
    Rename-Item \"C:\node-v$env:NODE_VERSION-win-x64\" C:\nodejs; `
    Remove-Item node.zip

FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY --from=node C:\nodejs C:\nodejs
RUN setx /M PATH "%PATH%;C:\nodejs"
WORKDIR C:\app
COPY package.json package-lock.json .\
RUN npm ci --omit=dev && npm cache clean --force
COPY src\ src\
ENV NODE_ENV=production
USER ContainerUser
EXPOSE 3000
CMD ["node", "src\\server.js"]
