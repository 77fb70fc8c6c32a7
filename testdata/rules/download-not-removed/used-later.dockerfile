# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN curl.exe -fsSLo C:\a.zip https://example.com/a.zip
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^ download-not-removed
RUN tar -xf C:\a.zip
RUN curl.exe -fsSLo wdksetup.exe https://example.com/wdksetup.exe
#                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ download-not-removed
RUN start /w wdksetup /quiet /norestart
RUN curl.exe -fsSLo C:\b.msi https://example.com/b.msi
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^ download-not-removed
RUN for %i in (C:\*.msi) do msiexec /i %i /qn /norestart
