# escape=`
# A nightly export job that talks to SQL Server over ODBC. Bad in places: the driver's licence is not accepted, one
# package is not waited for, and the connection string has its password in the image.

FROM mcr.microsoft.com/windows/servercore:ltsc2019
SHELL ["powershell", "-Command"]

RUN Invoke-WebRequest https://go.microsoft.com/fwlink/?linkid=2266337 -OutFile C:\msodbcsql.msi ; `
    msiexec /i C:\msodbcsql.msi /qn ; `
    Remove-Item C:\msodbcsql.msi

RUN Start-Process msiexec.exe -ArgumentList '/i', 'https://go.microsoft.com/fwlink/?linkid=2230791', '/qn', 'IACCEPTMSSQLCMDLNUTILSLICENSETERMS=YES'

ENV EXPORT_DSN="Driver={ODBC Driver 18 for SQL Server};Server=tcp:sql.example.com,1433;Database=Sales;Uid=export;Pwd=Sample-Only-1"
WORKDIR C:\export
COPY export.ps1 queries\ C:\export\
ENTRYPOINT ["C:\\export\\export.ps1"]
