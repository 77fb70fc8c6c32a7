# escape=`
FROM `
  mcr.microsoft.com/windows/`
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^... base-untagged
servercore `
  AS build
RUN ver
