# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
env A=“b c” `
#     ^ typographic-quotes
  D=‘e’ `
#   ^ typographic-quotes
  F="“g”"
ONBUILD RUN setup.exe `
  –quiet “C:\a b”
# ^ typographic-quotes
#        ^ typographic-quotes
RUN cmd /c “net user x ‘y z’ /add”
#          ^ typographic-quotes
copy “a.txt” C:/
#    ^ typographic-quotes
COPY “a b.txt” C:/
#    ^ typographic-quotes
ARG X=«y»
#     ^ typographic-quotes
VOLUME [“C:\data”]
#       ^ typographic-quotes
