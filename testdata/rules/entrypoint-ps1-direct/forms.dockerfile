# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS parent
CMD [ `
  "C:\\start.ps1" `
# ^^^^^^^^^^^^^^^ entrypoint-ps1-direct
]
ONBUILD ENTRYPOINT ["C:\\other.ps1"]
#                   ^^^^^^^^^^^^^^^ entrypoint-ps1-direct

FROM parent
ENTRYPOINT ["C:\\a.exe"]
CMD ["C:\\start.ps1"]
