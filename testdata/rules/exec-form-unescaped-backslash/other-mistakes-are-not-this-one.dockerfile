FROM mcr.microsoft.com/windows/servercore:ltsc2022
CMD ["a.exe",]
CMD [a.exe]
CMD ["a.exe" "b"]
CMD ["a.exe", 5]
SHELL ["C:\app\sh.exe"]
FROM alpine
CMD ["C:\app"]
