FROM mcr.microsoft.com/windows/servercore:ltsc2022
CMD ["C:\app\server.exe" "--quiet"]
#       ^^ exec-form-unescaped-backslash
CMD ["C:\app\server.exe"] # the server
#     ^^^^^^^^^^^^^^^^^ exec-form-unescaped-backslash
CMD ["C:\app\server.exe"] --quiet
#       ^^ exec-form-unescaped-backslash
