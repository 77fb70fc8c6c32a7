FROM contoso.azurecr.io/tools AS tools
RUN apt-get install x
FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY --from=TOOLS /x C:/x
#    ^^^^^^^^^^^^ mixed-os-stages
COPY --from=0 /y C:/y
#    ^^^^^^^^ mixed-os-stages
