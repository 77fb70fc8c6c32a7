FROM scratch
COPY --from={{ stage }} / /
{{ InsertTemplate("envs") }}
USER $APP_UID
