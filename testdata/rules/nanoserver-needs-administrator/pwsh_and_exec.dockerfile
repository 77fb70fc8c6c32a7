# escape=`
FROM mcr.microsoft.com/dotnet/sdk:10.0-nanoserver-ltsc2022
SHELL ["pwsh", "-Command"]
RUN [Environment]::SetEnvironmentVariable('A', 'B', 'Machine'); New-Item -ItemType Directory $env:ProgramFiles\x
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nanoserver-needs-administrator
#                                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ nanoserver-needs-administrator
RUN ["cmd", "/c", "setx /M A B"]
#                  ^^^^^^^^^^^ nanoserver-needs-administrator
RUN ["setx", "A", "B"]
ONBUILD RUN setx /M A B
#           ^^^^^^^^^^^ nanoserver-needs-administrator
