FROM alpine:3.20
ENV A it's
#   ^^^^^^ legacy-key-value-format
ENV B a \"b\" c
#   ^^^^^^^^^^^ legacy-key-value-format
ENV C a\ b c
#   ^^^^^^^^ legacy-key-value-format
ENV D ${X:-a b} c
#   ^^^^^^^^^^^^^ legacy-key-value-format
ENV E =x
#   ^^^^ legacy-key-value-format
ENV F "a"b c
#   ^^^^^^^^ legacy-key-value-format
ENV G #no comment
#   ^^^^^^^^^^^^^ legacy-key-value-format
