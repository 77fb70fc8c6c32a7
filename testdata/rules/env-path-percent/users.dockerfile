from mcr.microsoft.com/windows/nanoserver:ltsc2022
env PATH="%PATH%;C:\t"
#         ^^^^^^ env-path-percent
USER ContainerAdministrator
onbuild env Path \
 %path%;C:\t
 #^^^^^ env-path-percent
ENV PATH="%PATH%;C:\t\\" 
#         ^^^^^^ env-path-percent
ENV PATH=C:\t;%PATH%
#             ^^^^^^ env-path-percent
