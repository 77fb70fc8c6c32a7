# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command", "$ErrorActionPreference = 'Stop';"]
RUN "nimble update"
RUN "C:\nim\finish.exe -y"
RUN "C:\Program Files\nim\finish.exe"
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ powershell-quotes-stripped
RUN foreach ("$name" in 'nlasvc', 'netprofm') {"Set-Service $name -StartupType Automatic"}
RUN New-Item "C:\\'Program Files'\MySQL\mysql-$env:VERSION"
RUN Start-Process -FilePath "C:\Program` Files\7-Zip\7z.exe" -Wait
RUN New-Item "C:\'Program Files'\My App"
#            ^^^^^^^^^^^^^^^^^^^^^^^^^^^ powershell-quotes-stripped
RUN powershell -Command "Remove-Item -Recurse 'C:\a'; Remove-Item 'C:\c d'"
RUN powershell -Command "try { Remove-Item C:\c } catch { exit 1 }"
#                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ powershell-quotes-stripped
RUN echo 1 > "C:/app/$env:VERSION/version"
RUN echo 1 > "C:/my app/version"
#            ^^^^^^^^^^^^^^^^^^^ powershell-quotes-stripped
