FROM debian:12
ARG APT_KEY_AZUL=0xB1998361219BD9C9
ARG SIGNING_KEY=b1998361219bd9c9aa
#               ^^^^^^^^^^^^^^^^^^ secret-in-env-arg
