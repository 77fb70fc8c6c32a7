FROM mcr.microsoft.com/windows/servercore:ltsc2022
# why
STOPSIGNAL $SIGNAL
#^^^^^^^^^^^^^^^^^ stopsignal-on-windows
CMD ["cmd"]
stopsignal 15
#^^^^^^^^^^^^ stopsignal-on-windows