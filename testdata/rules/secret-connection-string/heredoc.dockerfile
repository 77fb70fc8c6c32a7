# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN <<EOF
setx C "Server=db;User Id=sa;Password=Sup3rS3cret!"
#                                     ^^^^^^^^^^^^ secret-connection-string
EOF
onbuild env C='Server=db;`
User Id=sa;PassWord = Sup3rS3cret! ;'
#                     ^^^^^^^^^^^^ secret-connection-string
