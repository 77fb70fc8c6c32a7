FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN mkdir C:\a
RUN 
RUN mkdir C:\b
