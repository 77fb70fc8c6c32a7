FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN choco install git --y
RUN choco install git /y && choco install jq /confirm
RUN choco install git --no-progress
#         ^^^^^^^ choco-missing-yes
