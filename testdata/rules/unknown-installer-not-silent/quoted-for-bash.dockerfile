FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["bash.exe", "-c"]
RUN "C:/Program\ Files/Hub/Hub-x64.exe -- --headless install --version $version"
RUN "if [ $module = 'base' ]; then echo none; else C:/hub/Hub-x64.exe --headless install; fi"
