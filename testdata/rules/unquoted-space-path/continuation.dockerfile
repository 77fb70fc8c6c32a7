# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
onbuild copy app.exe `
  C:\Program Files\App\
# ^^^^^^^^^^^^^^^^^^^^^ unquoted-space-path
ADD https://example.com/a.exe C:\Program` Files\App\
#                             ^^^^^^^^^^^^^^^^^^^^^^ unquoted-space-path
COPY "a.exe" "C:\app\"
COPY C:\a.exe sub\dir\
