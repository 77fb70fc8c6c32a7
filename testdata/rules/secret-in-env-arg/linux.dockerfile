FROM alpine
ENV MYSQL_PASSWORD=t3stpass \
#                  ^^^^^^^^ secret-in-env-arg
    GPG_KEY=0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D SIGNING_KEY=E813C892820A6FA13755B268F167DF1ACF9CE069
ENV DB_PASSWORD=one two three X=1
#               ^^^^^^^^^^^^^ secret-in-env-arg
ENV CACHE_KEY=v1 DATA_KEY=3kq9ZxT7w2LmN4pR
#                         ^^^^^^^^^^^^^^^^ secret-in-env-arg
