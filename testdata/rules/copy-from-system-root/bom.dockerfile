FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS base
FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY --from=base ﻿/Windows/ /w/
#                ^^^^^^^^^^ copy-from-system-root
