FROM alpine:3.20 a\
#                ^^... from-as-casing
s build
FROM alpine:3.20 As
From alpine:3.20 aS x
FROM AS as as
#       ^^ from-as-casing
