# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
ARG NAME=bin
COPY $NAME\a.exe ..\obj\x C:\app\
#    ^^^^^^^^^^^ copy-ignored-file
#                ^^^^^^^^ copy-ignored-file
COPY C:\bin C:\x
ADD [".\\bin\\b c", "C:/x/"]
#    ^^^^^^^^^^^^^ copy-ignored-file
COPY Bin C:/x/
COPY --exclude=*.pdb bin/ C:/x/
#                    ^^^^ copy-ignored-file
