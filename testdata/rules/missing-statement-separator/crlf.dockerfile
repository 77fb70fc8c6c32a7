# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
run choco install -y a `

    # more
    choco install -y b `  
#   ^^^^^ missing-statement-separator
    $x = 1 `
#   ^^ missing-statement-separator
    [Environment]::Exit(0)
#   ^^^^^^^^^^^^^^^^^^^ missing-statement-separator
ONBUILD RUN try { 1 } catch { 2 } `
  Get-Date `
  Get-Date
# ^^^^^^^^ missing-statement-separator
