FROM {{ base }}
# wbuild: timeout={{ timeout }}
RUN dir
# wbuild: timout=1h
#         ^^^^^^ invalid-wbuild-comment
RUN dir
