FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
RUN Get-Command \
  Get-Item
RUN New-Alias -Name x -Value \
  Get-Item
RUN Start-Process -Wait \
  choco install
RUN Install-WindowsFeature Web-Server, \
  Web-Asp-Net45
RUN Get-ChildItem | \
  Remove-Item
RUN $x = Get-Item \
  C:\
RUN git -c \
  x=y clone z
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN npm install -g \
  npm \
  yarn
RUN if exist a \
  del a
RUN powershell -Command \
  Get-Item a
RUN call \
  setx A B
RUN dir; \
  setx A B
FROM alpine
RUN mkdir a \
  mkdir b
