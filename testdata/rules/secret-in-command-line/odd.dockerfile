# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
run sqlcmd -S . -U sa -P P@ssw0rd1 -Q "select 1" && curl -u ci:t0k3n-a1b2 -o a.zip https://example.com/a.zip
#                        ^^^^^^^^^ secret-in-command-line
#                                                              ^^^^^^^^^^ secret-in-command-line
ONBUILD RUN cmd /c docker login `
    # where it goes
    --password=t0k3n-a1b2 registry.example.com
#              ^^^^^^^^^^ secret-in-command-line
RUN echo password=P@ssw0rd1& echo _authToken=t0k3n-a1b2>.npmrc
#                                            ^^^^^^^^^^ secret-in-command-line
HEALTHCHECK CMD curl.exe -f http://app:P@ssw0rd1@localhost/
#                                      ^^^^^^^^^ secret-in-command-line
SHELL ["powershell", "-Command"]
RUN $credential = @{ userName = 'svc'; password = 'P@ssw0rd1' }; [Environment]::SetEnvironmentVariable('API_KEY', 'a1b2c3', 'Machine')
#                                                  ^^^^^^^^^ secret-in-command-line
#                                                                                                                  ^^^^^^ secret-in-command-line
RUN Start-Process setup.exe -PassThru; Get-Item x -Token $token; msbuild /p:Password=$env:PW /p:ApiKey=a1b2c3
#                                                                                                      ^^^^^^ secret-in-command-line
