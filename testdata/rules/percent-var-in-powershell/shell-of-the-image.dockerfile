FROM golang:1.6
ENV VERSION v1.1.2
RUN powershell -Command \
    cd swarm ; \
    git checkout %VERSION%
