# escape=`
# Build tools: what is fetched is checked, each product has a layer, and what only handles files needs no container.
ARG BASE=mcr.microsoft.com/windows/servercore:ltsc2022
FROM ${BASE} AS tools
SHELL ["powershell", "-NoProfile", "-Command", "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';"]

ARG CMAKE=3.30.5
RUN Invoke-WebRequest \"https://github.com/Kitware/CMake/releases/download/v$env:CMAKE/cmake-$env:CMAKE-windows-x86_64.zip\" -OutFile cmake.zip; `
    if ((Get-FileHash cmake.zip -Algorithm SHA256).Hash -ne '5ab6e1faf20256ee4f04886597e8b6c3b1bd1297b58a68a58511af013710004b') { throw 'cmake.zip' }; `
    Expand-Archive cmake.zip C:\; `
    Rename-Item \"C:\cmake-$env:CMAKE-windows-x86_64\" cmake; `
    Remove-Item cmake.zip; `
    Invoke-WebRequest https://github.com/ninja-build/ninja/releases/download/v1.12.1/ninja-win.zip -OutFile ninja.zip; `
    Expand-Archive ninja.zip C:\ninja; `
    Remove-Item ninja.zip; `
    setx /M PATH \"$env:PATH;C:\cmake\bin;C:\ninja\"

FROM tools AS build
# wbuild: ok-exit=0,3010 timeout=45m retries=1
RUN $installer = 'C:\vs_buildtools.exe'; `
    Invoke-WebRequest https://aka.ms/vs/17/release/vs_buildtools.exe -OutFile $installer; `
    $run = Start-Process $installer -ArgumentList '--quiet', '--wait', '--norestart', '--nocache' -Wait -PassThru; `
    if ($run.ExitCode -notin 0, 3010) { exit $run.ExitCode }; `
    Remove-Item $installer; `
    Invoke-WebRequest https://example.com/wix.msi -OutFile C:\wix.msi; `
    Start-Process msiexec -ArgumentList '/i C:\wix.msi /qn /norestart' -Wait; `
    Remove-Item C:\wix.msi
WORKDIR C:\src
COPY . .
RUN cmake -S . -B build -G Ninja; cmake --build build

FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
WORKDIR C:\app
COPY --from=build --chown=ContainerUser C:\src\build\ .\
COPY <<settings.ini C:\app\
[app]
level=info
settings.ini
ENV APP_HOME=C:\app
EXPOSE 8080
HEALTHCHECK --interval=30s --retries=3 CMD app.exe --check
ENTRYPOINT ["C:\\app\\app.exe"]
CMD ["--serve"]
