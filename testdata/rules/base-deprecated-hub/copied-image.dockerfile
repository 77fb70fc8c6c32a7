# escape=`
FROM mcr.microsoft.com/windows/nanoserver:sac2016
COPY --from=microsoft/windowsservercore C:/out/ C:/out/
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ base-deprecated-hub
