# escape=`
ARG T=ltsc2016
FROM mcr.microsoft.com/windows/servercore:$T
RUN powershell iwr https://example.com/1 -OutFile a.zip; iwr https://example.com/2 -OutFile b.zip
#                  ^^^^^^^^^^^^^^^^^^^^^ tls12-not-enabled
RUN reg add HKLM\SOFTWARE\Microsoft\.NETFramework\v4.0.30319 /v SchUseStrongCrypto /t REG_DWORD /d 1
RUN powershell iwr https://example.com/3 -OutFile c.zip
