from mcr.microsoft.com/windows/servercore:ltsc2022
workdir \
  %ProgramData%/app
# ^^^^^^^^^^^^^ percent-var-in-instruction
ENV A=%ProgramFiles%/a B=%%VERSION%% C=50%-60% D=%1%
#     ^^^^^^^^^^^^^^ percent-var-in-instruction
ENV OLD %ProgramFiles%\x
#       ^^^^^^^^^^^^^^ percent-var-in-instruction
COPY a %ProgramFiles%/x
#      ^^^^^^^^^^^^^^ percent-var-in-instruction
VOLUME ["%ProgramData%/x"]
#        ^^^^^^^^^^^^^ percent-var-in-instruction
