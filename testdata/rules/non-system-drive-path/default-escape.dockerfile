FROM mcr.microsoft.com/windows/servercore:ltsc2022
WORKDIR D:/app
#       ^^^^^^ non-system-drive-path
COPY https://github.com/a/b.git C:/src/
ADD git@github.com:a/b.git C:/src/
COPY --from=0 C: /x/
#             ^^ non-system-drive-path
COPY <<EOF D:/x
#          ^^^^ non-system-drive-path
hi
EOF
ARG DRIVE=D
WORKDIR ${DRIVE}:/app
#       ^^^^^^^^^^^^^ non-system-drive-path
