# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
COPY `
  --chown=root:root `
# ^^^^^^^^^^^^^^^^^ chown-chmod-on-windows
  --chmod=u=rwX `
# ^^^^^^^^^^^^^ chown-chmod-on-windows
  a b C:/app/
ADD --chmod=0644	a C:/
#   ^^^^^^^^^^^^ chown-chmod-on-windows
