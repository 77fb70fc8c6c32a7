from mcr.microsoft.com/windows/servercore:ltsc2022
workdir c:\  
#       ^^^ trailing-backslash-continuation
copy a src\app\
#      ^^^^^^^^ trailing-backslash-continuation
onbuild add b c:\data\
#             ^^^^^^^^ trailing-backslash-continuation
run dir
