FROM --platform=linux/arm64 amd64/alpine:3.20
#               ^^^^^^^^^^^ platform-base-mismatch
FROM --platform=linux/386 docker.io/i386/alpine:3.20
FROM --platform=linux/arm/v6 arm32v7/alpine:3.20
FROM --platform=$BUILDPLATFORM arm64v8/alpine:3.20
FROM --platform=linux/amd64 example.com/arm64v8/alpine:3.20
