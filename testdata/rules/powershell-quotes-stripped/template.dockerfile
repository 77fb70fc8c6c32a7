{{ set directives }}
FROM mcr.microsoft.com/windows/servercore:{{ version }}
SHELL ["powershell", "-Command"]
RUN Invoke-WebRequest -UseBasicParsing {{ URLS["a b"] }} -OutFile C:\a.zip
