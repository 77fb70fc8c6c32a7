FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN mkdir C:/app/
#         ^^^^^^^ forward-slash-path-in-cmd
RUN mkdir C:/app/logs/
#         ^^^^^^^^^^^^ forward-slash-path-in-cmd
RUN dir/s C:\x && copy/y a b && rd x/s/q && del /f/q C:\x && dir C:/
RUN type https://example.com/x && move a/bc d && del foo-bar/*.tmp
#                                      ^^^^ forward-slash-path-in-cmd
#                                                    ^^^^^^^^^^^^^ forward-slash-path-in-cmd
CMD cmd /c type C:/app/readme.txt
#               ^^^^^^^^^^^^^^^^^ forward-slash-path-in-cmd
