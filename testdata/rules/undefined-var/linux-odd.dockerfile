FROM scratch
ENV A=1 B=$A
#         ^^ undefined-var
ENV A=$A:x C=$c
#            ^^ undefined-var
COPY <<EOF $D/x
#          ^^ undefined-var
$E
EOF
LABEL l="\$F $1 ${G:-g} ${H+h}"
ONBUILD COPY $I .
ARG J=$K
#     ^^ undefined-var
COPY --from=$L a b
EXPOSE $PORT
#      ^^^^^ undefined-var
STOPSIGNAL $SIG
#          ^^^^ undefined-var
