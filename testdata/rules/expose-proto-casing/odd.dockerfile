FROM alpine:3.20
ARG P=TCP
EXPOSE 80/$P 81/"UDP" 82/ /TCP 8080:80/TCP \
#      ^^^^^ expose-proto-casing
#            ^^^^^^^^ expose-proto-casing
#                          ^^^ expose-proto-casing
#                                      ^^^ expose-proto-casing
  90-99/Tcp
#       ^^^ expose-proto-casing
