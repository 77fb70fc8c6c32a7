from alpine as build1
copy --from=build2 a b
FROM alpine AS tools
COPY --from=biuld1 a b
#           ^^^^^^ copy-from-unknown-stage
COPY --from=-1 a b
#           ^^ copy-from-unknown-stage
COPY --from=$X a b
COPY --chown=a --from="tolos" a b
COPY --from=tools a b
#           ^^^^^ copy-from-unknown-stage
FROM alpine
COPY --from=tolos `
#           ^^^^^ copy-from-unknown-stage
 a b
COPY --from=TOOL a b
#           ^^^^ copy-from-unknown-stage
COPY --from=node a b
ADD --from=tolos a b
