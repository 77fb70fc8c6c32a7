FROM --platform=$TARGETPLATFORM --platform=x alpine:3.20
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^ redundant-target-platform
FROM --platform="$TARGETPLATFORM" alpine:3.20
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ redundant-target-platform
FROM --platform=${TARGETPLATFORM:-linux/amd64} alpine:3.20
FROM   --platform=$TARGETPLATFORM   alpine:3.20
#      ^^^^^^^^^^^^^^^^^^^^^^^^^^ redundant-target-platform
FROM --platform=$TARGETPLATFORM
#    ^^^^^^^^^^^^^^^^^^^^^^^^^^ redundant-target-platform
