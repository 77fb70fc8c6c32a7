ARG P=linux/amd64
FROM --platform=$P alpine:3.20
FROM --platform=linux alpine:3.20
#               ^^^^^ from-platform-flag-const
FROM --platform=x86_64 alpine:3.20 AS for-AMD64
FROM --platform= alpine:3.20
FROM --platform=a/b/c/d alpine:3.20
FROM --platform=linux/arm/v7 scratch AS linuxish
