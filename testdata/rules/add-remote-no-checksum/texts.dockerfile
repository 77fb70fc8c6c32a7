FROM mcr.microsoft.com/windows/servercore:ltsc2022
ADD https://example.com/static/ versions.html
ADD https://example.com/LICENSE.txt C:/
ADD https://example.com/a.zip C:/
#   ^^^^^^^^^^^^^^^^^^^^^^^^^ add-remote-no-checksum
ADD https://example.com/root.pem.txt C:/
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ add-remote-no-checksum
