FROM mcr.microsoft.com/windows/nanoserver:sac2016
#                                         ^^^^^^^ base-eol
RUN powershell -Command Get-Date
