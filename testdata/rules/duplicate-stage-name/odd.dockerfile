FROM alpine:3.20 AS a
FROM alpine:3.20 AS "A"
FROM mcr.microsoft.com/windows/nanoserver:ltsc2022 AS A
#                                                     ^ duplicate-stage-name
FROM a AS b
FROM b AS b
#         ^ duplicate-stage-name
