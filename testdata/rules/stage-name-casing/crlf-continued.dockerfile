FROM alpine:3.20 AS \
Build
#^^^^ stage-name-casing
FROM alpine:3.20 AS x Y
FROM alpine:3.20 AS ÄB
#                   ^^ stage-name-casing
