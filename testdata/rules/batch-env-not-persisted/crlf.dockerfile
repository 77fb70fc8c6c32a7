# escape=`
from mcr.microsoft.com/windows/servercore:ltsc2022
run call `
#   ^^^^^^... batch-env-not-persisted
  C:\vc\vcvars64.bat
run cl a.c
RUN vcvarsall.bat x64 || exit 1
#   ^^^^^^^^^^^^^^^^^ batch-env-not-persisted
RUN cl b.c
RUN ["cmd", "/c", "VsDevCmd.bat"]
#                  ^^^^^^^^^^^^ batch-env-not-persisted
RUN cl c.c
RUN vcvars64.bat
#   ^^^^^^^^^^^^ batch-env-not-persisted
RUN ["cl.exe", "d.c"]
RUN vcvars64.bat
#   ^^^^^^^^^^^^ batch-env-not-persisted

RUN --network=none cl e.c
RUN refreshenv
