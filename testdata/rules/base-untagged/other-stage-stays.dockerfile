# escape=`
FROM mcr.microsoft.com/windows/servercore AS installer
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ base-untagged
RUN mkdir C:\out
FROM mcr.microsoft.com/windows/nanoserver:sac2016
COPY --from=installer C:/out/ C:/out/
