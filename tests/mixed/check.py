#!/usr/bin/env python3
"""A repository with 500 Dockerfiles, Linux and Windows mixed, under one wlint.toml: what a big team has.

    check.py WLINT

Makes the files from the samples and cases in testdata and from Linux files written here, lints them in one run, and checks:
no finding of a Windows rule stands on a Linux stage, the configuration holds for all of them, and the memory stays below
64 MiB. Prints time and memory; time is not judged.
"""
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
COUNT = 500
MEMORY = 64 << 10  # KiB

LINUX = [
    "FROM alpine:3.20\nRUN apk add --no-cache curl && curl -fsSL https://example.com/t.tgz | tar -xz -C /opt\n"
    "WORKDIR /opt/app\nCOPY . .\nUSER nobody\nENTRYPOINT [\"/opt/app/run\"]\n",
    "FROM debian:12-slim\nSHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]\nRUN apt-get update \\\n"
    " && apt-get install -y --no-install-recommends ca-certificates \\\n && rm -rf /var/lib/apt/lists/*\n"
    "ENV PATH=/opt/bin:$PATH LANG=C.UTF-8\nCMD [\"bash\"]\n",
    "# syntax=docker/dockerfile:1\nFROM golang:1.25 AS build\nWORKDIR /src\n"
    "RUN --mount=type=cache,target=/root/.cache/go-build --mount=type=bind,target=. go build -o /out/app ./cmd/app\n"
    "FROM gcr.io/distroless/static\nCOPY --from=build --chown=65532:65532 /out/app /app\nUSER 65532\nENTRYPOINT [\"/app\"]\n",
    "FROM node:22 AS deps\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nFROM deps AS build\nCOPY . .\n"
    "RUN npm run build; exit $?\nFROM nginx:1.27\nCOPY --link --from=build /app/dist /usr/share/nginx/html\n"
    "HEALTHCHECK CMD curl -f http://localhost/ || exit 1\nSTOPSIGNAL SIGQUIT\n",
    "FROM python:3.13-slim\nRUN <<EOF\nset -e\npip install --no-cache-dir flask\nmkdir -p /srv/app && chmod 750 /srv/app\nEOF\n"
    "WORKDIR /srv/app\nCOPY app.py .\nUSER www-data\nEXPOSE 8000\nCMD python -m flask run --host 0.0.0.0\n",
    "FROM mcr.microsoft.com/dotnet/sdk:8.0-alpine AS build\nWORKDIR /src\nRUN dotnet publish -c Release -o /app\n"
    "FROM mcr.microsoft.com/dotnet/aspnet:8.0-alpine\nCOPY --from=build /app /app\nUSER app\nENTRYPOINT [\"dotnet\", \"/app/a.dll\"]\n",
    "FROM mcr.microsoft.com/powershell:lts-debian-12\nSHELL [\"pwsh\", \"-Command\"]\n"
    "RUN Install-Module Pester -Force; Set-Content /etc/motd 'hi'\nVOLUME /data\nCMD [\"pwsh\"]\n",
    "ARG TAG=24.04\nFROM ubuntu:${TAG}\nRUN useradd -m dev && echo 'dev ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/dev\n"
    "RUN cd /tmp && wget -q https://example.com/a.deb && dpkg -i a.deb; rm -f a.deb\nUSER dev\nWORKDIR /home/dev\n",
]

CONFIG = """\
fail-on = "error"
ignore = ["consecutive-run"]

[severity]
base-eol = "warning"

[per-file-ignores]
"windows/legacy/**" = ["base-image"]

[options]
trusted-registries = ["*"]
hosts = ["ltsc2022"]
"""


def windows_files():
    """What testdata has, as bytes, without the lines that mark findings."""
    files = []
    for path in sorted((ROOT / "testdata").rglob("*")):
        if path.suffix.lower() == ".dockerfile":
            lines = path.read_bytes().split(b"\n")
            files.append(b"\n".join(line for line in lines if not re.match(rb"#\s+\^", line)))
    return files


def repository(folder):
    """Writes the files; those of Linux alone are under linux/."""
    windows = windows_files()
    assert len(windows) > 100, "testdata has lost its files"
    for index in range(COUNT):
        linux = LINUX[index % len(LINUX)]
        kind = index % 5
        if kind < 2:
            path, data = folder / f"linux/team{index % 7}/app{index}/Dockerfile", f"# {index}\n{linux}".encode()
            if kind == 1 and not linux.startswith("# syntax"):
                data = data.replace(b"\n", b"\r\n") if b"\\\n" not in data and b"<<EOF" not in data else data
        elif kind == 2:
            stage = "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022 AS w\nWORKDIR C:\\\\app\nCMD [\"a.exe\"]\n"
            first, second = (linux, stage) if index % 2 else (stage, linux.replace("# syntax=docker/dockerfile:1\n", ""))
            if "ARG TAG" in second:
                second = second.replace("ARG TAG=24.04\n", "").replace("${TAG}", "24.04")
            path, data = folder / f"mixed/app{index}.Dockerfile", (first + second).encode()
        else:
            place = "legacy" if index % 10 == 3 else f"team{index % 7}"
            path, data = folder / f"windows/{place}/app{index}.dockerfile", windows[index % len(windows)]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    (folder / "wlint.toml").write_text(CONFIG)


def linux_lines(wlint, folder, path):
    """The lines of the Linux stages of a file, where both readings of it are one."""
    shown = json.loads(subprocess.run([wlint, "show", "--format", "json", path], cwd=folder, capture_output=True, check=True).stdout)
    if shown["meant"]:
        return set()
    stages = [stage for stage in shown["stages"] if stage["os"] == "Linux"]
    steps = [step for stage in stages for step in stage["instructions"]]
    return {line for step in steps for line in range(step["line"], step["end_line"] + 1)}


def main():
    wlint = str(Path(sys.argv[1]).resolve())
    rules = json.loads(subprocess.run([wlint, "rules", "--format", "json"], capture_output=True, check=True).stdout)
    windows_only = {rule["id"] for rule in rules if rule["windows_only"]}
    assert len(windows_only) > 50
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        repository(folder)
        started = time.monotonic()
        run = subprocess.run([wlint, "check", "--format", "json", "--quiet"], cwd=folder, capture_output=True)
        seconds = time.monotonic() - started
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        report = json.loads(run.stdout)
        assert run.returncode == 1 and not run.stderr, run.stderr.decode()
        assert report["files"] == COUNT, report["files"]
        findings = report["diagnostics"]
        by_file = {}
        for finding in findings:
            by_file.setdefault(finding["path"].replace("\\", "/"), []).append(finding)
            assert finding["rule"] != "consecutive-run", "the configuration ignores it"
            assert finding["rule"] != "base-eol" or finding["severity"] == "warning"
            legacy = finding["path"].replace("\\", "/").startswith("windows/legacy/")
            assert not (legacy and finding["group"] == "base-image"), finding
        noise = []
        for path, found in by_file.items():
            suspects = [one for one in found if one["rule"] in windows_only]
            if path.startswith("linux/"):
                noise += suspects
            elif suspects:
                linux = linux_lines(wlint, folder, path)
                noise += [one for one in suspects if one["line"] in linux]
        assert not noise, f"Windows findings on Linux stages: {[(one['path'], one['line'], one['rule']) for one in noise[:5]]}"
        on_windows = sum(one["rule"] in windows_only for one in findings)
        assert on_windows > 300 and any(path.startswith("mixed/") for path in by_file)
        assert memory < MEMORY, f"{memory} KiB of memory"
    print(f"{COUNT} files, {len(findings)} findings ({on_windows} of Windows rules, none on a Linux stage)")
    print(f"{seconds * 1000:.0f} ms, {memory / 1024:.1f} MiB at most")


main()
