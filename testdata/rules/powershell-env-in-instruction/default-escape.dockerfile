from mcr.microsoft.com/windows/servercore:ltsc2022
ARG env=prod
COPY app.$env:x /app/
FROM mcr.microsoft.com/windows/servercore:ltsc2022
env A=$ENV:ProgramFiles\x B=${Env:ProgramFiles(x86)} \
#     ^^^^^^^^^^^^^^^^^ powershell-env-in-instruction
#                           ^^^^^^^^^^^^^^^^^^^^^^^^ powershell-env-in-instruction
  C=$env: D=\$env:X
WORKDIR $env:HOMEPATH
#       ^^^^^^^^^^^^^ powershell-env-in-instruction
COPY --from=0 $env:ProgramFiles/x /x/
#             ^^^^^^^^^^^^^^^^^ powershell-env-in-instruction
