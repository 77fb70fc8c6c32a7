FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN SETX PATH C:/nodejs
#   ^^^^ setx-path-hazard
