FROM build-tools
WORKDIR C:/app
RUN mkdir C:/ProgramData/pester ; echo $null >> C:/ProgramData/pester/a
RUN ["cmd", "/c", "mkdir C:/ProgramData/pester"]
#                        ^^^^^^^^^^^^^^^^^^^^^ forward-slash-path-in-cmd
