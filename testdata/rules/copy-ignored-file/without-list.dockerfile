FROM alpine:3.20
COPY bin /bin
