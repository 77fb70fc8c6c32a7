# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
run curl.exe -o C:/a.zip `
  https://example.com/a.zip `
# ^^^^^^^^^^^^^^^^^^^^^^^^^ download-not-removed
  && tar -xf C:/a.zip
RUN curl.exe -o "C:/b c.zip" https://example.com/b.zip
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^ download-not-removed
RUN curl.exe -o c.msi https://example.com/c.msi || exit 1
#                     ^^^^^^^^^^^^^^^^^^^^^^^^^ download-not-removed
RUN --mount=type=cache,target=C:/cache curl.exe -o C:/cache/d.zip https://example.com/d.zip
