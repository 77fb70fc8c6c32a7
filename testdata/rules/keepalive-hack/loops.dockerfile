FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS a
SHELL ["powershell", "-Command"]
CMD for (;;) { Start-Sleep 1; Write-Host . }
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ keepalive-hack

FROM a AS b
CMD do { sleep 60 } while (1)
#   ^^^^^^^^^^^^^^^^^^^^^^^^^ keepalive-hack

FROM a AS c
CMD Start-Sleep -Seconds ([int]::MaxValue)
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ keepalive-hack

FROM a AS d
CMD while ($true) { C:\work.exe; Start-Sleep 1 }

FROM a AS e
ENTRYPOINT ["powershell"]
CMD ["While ($true) { Start-Sleep -s 1 }"]
#     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ keepalive-hack

FROM a AS f
CMD ping -n 5 localhost

FROM a AS g
ONBUILD cmd cmd /s /k dir
#                  ^^ keepalive-hack
CMD ["C:\\a.exe", "-t", "/k"]
