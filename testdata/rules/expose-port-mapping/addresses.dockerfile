# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
ARG HOST
EXPOSE [::1]:80:80 0.0.0.0::443 `
#      ^^^^^^^^^^^ expose-port-mapping
#                  ^^^^^^^^^^^^ expose-port-mapping
  8080:80
# ^^^^^^^ expose-port-mapping
EXPOSE ${HOST}80
expose ${A:-1:2}
#      ^^^^^^^^^ expose-port-mapping
