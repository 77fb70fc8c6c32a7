# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS a
RUN echo a> C:\logs\a
RUN rd /s /q C:\logs
VOLUME C:\logs D:
ONBUILD COPY a C:\logs
#              ^^^^^^^ volume-then-write
RUN echo a> D:\a
#         ^^^^^^ volume-then-write
RUN cd C:\app && echo a> logs\a
RUN echo a> %LOGS%\a && del C:\logs\b & echo a> C:\logs\c
#                                             ^^^^^^^^^^^ volume-then-write

FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY a C:\app\
VOLUME ["C:\\app"]
#       ^^^^^^^^^ volume-then-write
