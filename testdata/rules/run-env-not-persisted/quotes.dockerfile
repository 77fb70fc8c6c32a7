# escape=`
from mcr.microsoft.com/windows/servercore:ltsc2022
run set `
#   ^^^^^... run-env-not-persisted
  A=1
RUN set A="x y"
#   ^^^^^^^^^^^ run-env-not-persisted
RUN set A=%B%
#   ^^^^^^^^^ run-env-not-persisted
RUN set /p A=name
#   ^^^^^^^^^^^^^ run-env-not-persisted
RUN set A=
#   ^^^^^^ run-env-not-persisted
RUN set API_TOKEN=x
#   ^^^^^^^^^^^^^^^ run-env-not-persisted
RUN set PATH=C:\x
#   ^^^^^^^^^^^^^ run-env-not-persisted
RUN set A=$x&& set B=`"y
#   ^^^^^^^^ run-env-not-persisted
#              ^^^^^^^^^ run-env-not-persisted
RUN x || set ERRORLEVEL=0
RUN x & set ERRORLEVEL=0
RUN set
RUN set A=1 > a.txt
CMD set A=1
RUN --network=none set A=1
#                  ^^^^^^^ run-env-not-persisted
SHELL ["powershell", "-Command"]
RUN $env:A = (Get-Date); $env:B = "$x"
#   ^^^^^^^^^^^^^^^^^^^ run-env-not-persisted
#                        ^^^^^^^^^^^^ run-env-not-persisted
RUN $env:A += 'x'
#   ^^^^^^^^^^^^^ run-env-not-persisted
RUN $env:A = 'C:\Program Files'; $env:B=7
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^ run-env-not-persisted
#                                ^^^^^^^^ run-env-not-persisted
