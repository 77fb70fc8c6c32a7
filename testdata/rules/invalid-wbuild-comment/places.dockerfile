FROM mcr.microsoft.com/windows/servercore:ltsc2022
# wbuild: retries=2

# why it is tried again
RUN dir && \
# wbuild: timeout=30m
#^^^^^^^^^^^^^^^^^^^^ invalid-wbuild-comment
    dir
ONBUILD RUN dir
# wbuild: timeout=30m
#^^^^^^^^^^^^^^^^^^^^ invalid-wbuild-comment
ONBUILD RUN dir
# wbuild: timeout=30m
#^^^^^^^^^^^^^^^^^^^^ invalid-wbuild-comment
