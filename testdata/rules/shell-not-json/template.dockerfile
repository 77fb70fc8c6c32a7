{{ set directives }}
FROM mcr.microsoft.com/windows/servercore:{{ version }}
{{ if a:
SHELL ["powershell", "-Command"]}}
RUN dir
