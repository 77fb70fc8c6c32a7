ARG A
ARG B=
FROM $A$B$C-${D:+x}-${E-e}-$TARGETARCH AS x
#        ^^ undefined-arg-in-from
#           ^^^^^^^ undefined-arg-in-from
FROM ${a}
#    ^^^^ undefined-arg-in-from
FROM \$F
FROM --platform=$BUILDPLATFORM/$G alpine:3.20
#                              ^^ undefined-arg-in-from
ENV H=1
FROM $H
#    ^^ undefined-arg-in-from
