# escape=`
arg GLOBAL_TOKEN=a1b2c3
#                ^^^^^^ secret-in-env-arg
from mcr.microsoft.com/windows/servercore:ltsc2022
arg GLOBAL_TOKEN
env A=1 `
    # a comment
    DB_PASSWORD="a `"quoted`" one" `
#                ^^^^^^^^^^^^^^^^ secret-in-env-arg

    C=2
onbuild env API_KEY 'single $kept'
#                    ^^^^^^^^^^^^ secret-in-env-arg
env TOKEN=$TOKEN API_KEY=${API_KEY:?missing} SECRET=%SECRET% PASSWORD=<your password>
