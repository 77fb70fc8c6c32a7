# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
ARG U=HTTP://example.com
ADD ${U}/a.zip HTTP://example.com/b.zip C:/
#   ^^^^^^^^^^ insecure-http-download
#              ^^^^^^^^^^^^^^^^^^^^^^^^ insecure-http-download
RUN curl.exe -O ht`
#   ^^^^^^^^^^^^^^^... insecure-http-download
tp://example.com/a.zip
RUN curl.exe -O %U%/b.zip
#               ^^^^^^^^^ insecure-http-download
