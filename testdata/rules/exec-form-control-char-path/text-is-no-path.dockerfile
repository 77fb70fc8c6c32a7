FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN ["powershell", "-Command", "Write-Host 'a\tb'\r\nexit 1"]
CMD ["cmd", "/c", "echo\tC:\\app\\x"]
ENTRYPOINT ["C:\\a\/b", "\u00e4"]
