# escape=`
# A Python web service on the official Windows image, with its own user and its wheels built apart.

FROM python:3.12-windowsservercore-ltsc2022 AS wheels
WORKDIR C:\wheels
COPY requirements.txt .
RUN python -m pip wheel --no-cache-dir --wheel-dir C:\wheels --requirement requirements.txt

FROM python:3.12-windowsservercore-ltsc2022
ENV PYTHONDONTWRITEBYTECODE=1 `
    PYTHONUNBUFFERED=1
WORKDIR C:\service
COPY --from=wheels C:\wheels C:\wheels
COPY requirements.txt .
RUN python -m pip install --no-cache-dir --no-index --find-links C:\wheels --requirement requirements.txt; `
    Remove-Item C:\wheels -Recurse -Force
COPY service\ service\
USER ContainerUser
EXPOSE 8000
CMD ["python", "-m", "waitress", "--listen=*:8000", "service.app:app"]
