FROM scratch AS empty
COPY . /
FROM alpine AS linux
FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS win
FROM win
copy --from=EMPTY / /a/
COPY --from=linux / /b/
COPY --from=win C:/x \
  Windows/. C:/ /c/
# ^^^^^^^^^ copy-from-system-root
#           ^^^ copy-from-system-root
COPY --from=win ["C:\\Windows", "C:/w"]
#                ^^^^^^^^^^^^^ copy-from-system-root
COPY --from=$X / /d/
COPY --from=win /windows/system32 /e/
