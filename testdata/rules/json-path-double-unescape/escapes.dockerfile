# escape=\
FROM mcr.microsoft.com/windows/servercore:ltsc2022
copy ["\u0061\\b", "C:\\$X\\c"]
#      ^^^^^^^^^ json-path-double-unescape
#                   ^^^^^^^^^ json-path-double-unescape
VOLUME [ "C:\\a", "\\\\.\\pipe\\x" ]
#         ^^^^^ json-path-double-unescape
#                  ^^^^^^^^^^^^^^ json-path-double-unescape
ADD ["a","C:\\it's\\b"]
