FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN <<EOF
#   ^^^^^ heredoc-multiline-on-windows
mkdir C:\a
mkdir C:\b
EOF
RUN <<EOF
#   ^^^^^ heredoc-multiline-on-windows
cd C:\a\
mkdir b
EOF
RUN <<EOF
