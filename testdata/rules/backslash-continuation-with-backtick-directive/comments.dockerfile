# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN a && \  
#        ^ backslash-continuation-with-backtick-directive
    # comment
    b && `
    c && \
    d
