# A report server from 2012 whose installer was written for people with a mouse. Bad: two of the installers show
# a window that nobody can click, nothing waits for them, and the directive below stands too late to count.
# escape=`

FROM microsoft/windowsservercore:1803
MAINTAINER reports@example.com

COPY installers C:/install
WORKDIR C:/install

RUN setup.exe
RUN msiexec /i CrystalRuntime.msi
RUN start ReportServerSetup.exe /silent /dir="C:\Reports"
RUN powershell Start-Process vcredist_x86.exe -ArgumentList '/passive'
RUN regsvr32 legacy.ocx
RUN del /install/*.exe

EXPOSE 8080:80
CMD net start ReportServer && ping -t localhost
