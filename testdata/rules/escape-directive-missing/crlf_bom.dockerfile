FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN mkdir C:\app \
#                ^ escape-directive-missing
    # a comment \
    C:\data && \
    dir C:\app
ENV A=C:\\app B="x\"y" C=a\ b
