FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
CMD ["a.exe"]
USER ContainerAdministrator
#    ^^^^^^^^^^^^^^^^^^^^^^ final-user-administrator