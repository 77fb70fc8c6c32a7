# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
run $a = 1 # one `
#          ^^^^^ inline-comment-in-joined-run

  # a whole line
  $b = 2; # two `
#         ^^^^^ inline-comment-in-joined-run
  $c = 3 # three
ONBUILD RUN 1; # four `
#              ^^^^^^ inline-comment-in-joined-run
  2
CMD a; # five `
#      ^^^^^^ inline-comment-in-joined-run
  b
