arg x=1
FROM alpine:3.20
RU\
#^^... inconsistent-instruction-casing
n a
ONBUILD run b
Nonsense c
USER a
expose 80
#^^^^^ inconsistent-instruction-casing
