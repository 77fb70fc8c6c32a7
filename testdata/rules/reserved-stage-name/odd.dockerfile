FROM alpine:3.20 AS Scratch
#                   ^^^^^^^ reserved-stage-name
FROM scratch AS contexts
FROM alpine:3.20 AS CONTEXT extra
#                   ^^^^^^^ reserved-stage-name
