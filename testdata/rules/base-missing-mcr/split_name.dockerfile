# escape=`
FROM windows/`
#    ^^^^^^^^^... base-missing-mcr
servercore:ltsc2022
RUN ver
