{{ set directives }}
FROM mcr.microsoft.com/windows/servercore:{{ version }}
COPY --from=installer C:/app/ C:/app/
