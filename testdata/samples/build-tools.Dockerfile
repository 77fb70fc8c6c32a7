# escape=`
# Visual Studio Build Tools for C++ and .NET, the way the installer wants it: silent, waited for, its exit code read.

FROM mcr.microsoft.com/dotnet/framework/sdk:4.8.1-windowsservercore-ltsc2022
SHELL ["cmd", "/S", "/C"]
ADD https://aka.ms/vs/17/release/channel C:\Temp\VisualStudio.chman
RUN curl -fsSL --output C:\Temp\vs_buildtools.exe https://aka.ms/vs/17/release/vs_buildtools.exe `
    && (start /wait C:\Temp\vs_buildtools.exe --quiet --wait --norestart --nocache `
        --installPath "%ProgramFiles(x86)%\Microsoft Visual Studio\2022\BuildTools" `
        --channelUri C:\Temp\VisualStudio.chman `
        --installChannelUri C:\Temp\VisualStudio.chman `
        --add Microsoft.VisualStudio.Workload.VCTools `
        --add Microsoft.VisualStudio.Workload.MSBuildTools `
        --add Microsoft.VisualStudio.Component.VC.Tools.x86.x64 `
        --add Microsoft.VisualStudio.Component.Windows11SDK.22621 `
        || if "%ERRORLEVEL%"=="3010" exit /b 0) `
    && del /q C:\Temp\vs_buildtools.exe

# Every command of a container starts in a developer prompt.
ENTRYPOINT ["C:\\Program Files (x86)\\Microsoft Visual Studio\\2022\\BuildTools\\Common7\\Tools\\VsDevCmd.bat", "&&"]
CMD ["powershell.exe", "-NoLogo", "-ExecutionPolicy", "Bypass"]
