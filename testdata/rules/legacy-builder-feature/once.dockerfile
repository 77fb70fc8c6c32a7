# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
RUN --mount=type=bind,source=a,target=C:/a dir C:\a
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ legacy-builder-feature
RUN --mount=type=bind,source=b,target=C:/b dir C:\b
RUN --network=none dir
#   ^^^^^^^^^^^^^^ legacy-builder-feature
