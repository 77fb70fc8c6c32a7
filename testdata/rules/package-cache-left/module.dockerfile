# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN python -m pip install conan==1.47.0
#   ^^^^^^ package-cache-left
RUN python -m pip install --no-cache-dir conan==1.47.0
RUN python -m venv C:\env
