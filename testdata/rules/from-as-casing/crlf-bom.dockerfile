FROM alpine:3.20 as a
#                ^^ from-as-casing
