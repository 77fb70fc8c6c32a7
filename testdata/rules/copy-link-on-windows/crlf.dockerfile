# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
copy --link `
#    ^^^^^^ copy-link-on-windows
  --from=a x C:/y
ADD --link=0 x C:/z
