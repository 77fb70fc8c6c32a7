# escape=`
FROM microsoft/nanoserver AS shell
#    ^^^^^^^^^^^^^^^^^^^^ base-deprecated-hub
SHELL ["powershell", "-Command"]
CMD ["registry.exe"]

FROM microsoft/nanoserver AS dism
#    ^^^^^^^^^^^^^^^^^^^^ base-deprecated-hub
FROM dism AS other
RUN dism /Online /Get-Packages
