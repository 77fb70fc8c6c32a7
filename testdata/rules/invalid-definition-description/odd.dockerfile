#check=experimental=Other,InvalidDefinitionDescription;error=true
# no
# x is the one
ARG x=1
#x is, too
ARG x
## y
ARG y z
#
FROM alpine:3.20
# no name
FROM alpine:3.20
  # wrong
# ^^^^^^^ invalid-definition-description
  ARG q
ENV a=b
# last
RUN c
