FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
RUN Install-Package -Name docker -ProviderName DockerMsftProvider -Force
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ docker-in-docker
RUN choco install docker -y; Copy-Item dockerd.exe C:\x; Write-Host dockerd
RUN Start-Process C:\docker\dockerd.exe -ArgumentList '-D'
#                 ^^^^^^^^^^^^^^^^^^^^^ docker-in-docker
VOLUME \\\\.\\pipe\\docker_engine
#      ^^^^^^^^^^^^^^^^^^^^^^^^^^ docker-in-docker
LABEL run="docker run -v \\\\.\\pipe\\docker_engine"
