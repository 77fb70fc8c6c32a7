ARG WINDOWS_TAG=ltsc2022
FROM mcr.microsoft.com/windows/servercore:$WINDOWSTAG
#                                         ^^^^^^^^^^^ undefined-arg-in-from
