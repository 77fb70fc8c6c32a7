# escape=`
FROM microsoft/windowsservercore AS download
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ base-deprecated-hub
RUN mkdir C:\out
FROM mcr.microsoft.com/windows/nanoserver:sac2016
COPY --from=download C:/out/ C:/out/
