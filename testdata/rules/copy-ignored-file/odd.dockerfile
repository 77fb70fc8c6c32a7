FROM alpine:3.20
COPY a?c abc "a b" /x/
#    ^^^ copy-ignored-file
#        ^^^ copy-ignored-file
COPY <<bin /x
bin
EOF
ADD git@github.com:a/bin.git bin.git /x/
#                            ^^^^^^^ copy-ignored-file
COPY bin/*.so bi*/x [b]in /x/
#    ^^^^^^^^ copy-ignored-file
COPY / /y
COPY . /y
