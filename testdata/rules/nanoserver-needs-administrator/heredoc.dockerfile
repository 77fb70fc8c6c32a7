FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
RUN <<EOF
setx /M A B
#^^^^^^^^^^ nanoserver-needs-administrator
EOF
CMD ["cmd"]
