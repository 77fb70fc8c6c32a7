{{ set directives }}
FROM mcr.microsoft.com/windows/servercore:{{ version }}
ENV A=1 `
    B=2
