# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
run --security=insecure `
#   ^^^^^^^^^^^^^^^^^^^ unsupported-run-flag
  --device=a ver
# ^^^^^^^^^^ unsupported-run-flag
ONBUILD RUN --mount=type=cache,target=/c --security=insecure ver
#                                        ^^^^^^^^^^^^^^^^^^^ unsupported-run-flag
