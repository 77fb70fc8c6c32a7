# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS parent
RUN ["C:\\Program Files\\tool\\tool.exe   -a  C:/x "]
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ exec-form-single-string
RUN ["C:\\Program Files\\tool\\tool.exe", "-a b"]
RUN ["\"C:\\Program Files\\tool\\tool.exe\" -a"]
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ exec-form-single-string
RUN powershell -Command "& { 'ruby.exe --version' }"
CMD [ `
  "pwsh -File C:\\start.ps1" `
# ^^^^^^^^^^^^^^^^^^^^^^^^^^ exec-form-single-string
]
ONBUILD ENTRYPOINT ["C:\\other.CMD now"]
#                   ^^^^^^^^^^^^^^^^^^^ exec-form-single-string
SHELL ["powershell -Command"]

FROM parent
ENTRYPOINT ["C:\\my files\\a.exe"]
CMD ["powershell -File C:\\start.ps1"]

FROM example.com/team/unknown-windows-base:1
CMD ["Start-Sleep -Seconds 20"]

FROM example.com/team/unknown-windows-base:1
CMD ["cmd /c dir"]
#    ^^^^^^^^^^^^ exec-form-single-string

FROM debian:12
CMD ["node server.js"]
