FROM alpine:3.20
RUN <<EOF
a \

b
EOF
RUN x \
#     ^ empty-continuation
  
  y
