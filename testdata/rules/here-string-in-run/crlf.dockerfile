FROM mcr.microsoft.com/windows/servercore:ltsc2022
shell ["powershell", "-Command"]
run Set-Content a.txt @" \
#                     ^^ here-string-in-run
x \
"@
