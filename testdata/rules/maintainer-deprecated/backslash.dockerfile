FROM alpine:3.20
MAINTAINER CONTOSO\\jane
#^^^^^^^^^ maintainer-deprecated

FROM alpine:3.20
LABEL "org.opencontainers.image.authors"=x
MAINTAINER y
#^^^^^^^^^ maintainer-deprecated
