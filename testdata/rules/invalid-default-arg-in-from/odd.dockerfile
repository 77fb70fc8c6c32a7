ARG A
ARG B=$A
ARG C=UPPER
FROM $B AS x
#    ^^ invalid-default-arg-in-from
FROM $C
#    ^^ invalid-default-arg-in-from
FROM ${A:-x}
FROM ${A:?needed}
FROM a:$TARGETVARIANT
FROM $UNDECLARED$A
FROM x$A
