FROM microsoft/mssql-server-windows-express
CMD powershell ./start -sa_password %sa_password% -Verbose
