FROM mcr.microsoft.com/windows/nanoserver:ltsc2022
CMD ["\"C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe\"", "-File", "C:\\x.ps1"]
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ powershell-on-nanoserver
