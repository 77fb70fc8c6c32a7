# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY vc_redist.x64.exe 7z2408-x64.exe setup.exe app.msi C:/
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]
RUN if (Test-Path C:\7z2408-x64.exe) { & 'C:\7z2408-x64.exe' /S }; `
#                                        ^^^^^^^^^^^^^^^^^^^ installer-async-in-powershell
    C:\setup.exe /S; `
    C:\app.msi
RUN C:\7z2408-x64.exe /S; `
#   ^^^^^^^^^^^^^^^^^ installer-async-in-powershell
    Remove-Item C:\7z2408-x64.exe
RUN C:\7z2408-x64.exe /S; Start-Sleep -Seconds 30
RUN C:\7z2408-x64.exe /S; Wait-Process 7z2408-x64
RUN C:\7z2408-x64.exe /S > C:\log.txt
RUN (C:\7z2408-x64.exe /S)
RUN Start-Process C:\7z2408-x64.exe /S
RUN cmd /c "C:\7z2408-x64.exe /S"
RUN $job = Start-Job { C:\7z2408-x64.exe /S }; Wait-Job $job
CMD C:\7z2408-x64.exe /S
ONBUILD RUN C:\vc_redist.x64.exe /q
#           ^^^^^^^^^^^^^^^^^^^^ installer-async-in-powershell
SHELL ["cmd", "/S", "/C"]
RUN C:\7z2408-x64.exe /S
