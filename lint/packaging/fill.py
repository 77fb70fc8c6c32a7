#!/usr/bin/env python3
"""Fills the manifests for winget, Scoop and Chocolatey beside this file in for a release.

    fill.py --repository OWNER/NAME --sums SHA256SUMS --out FOLDER [--version X.Y.Z]

The version is that of the workspace unless another one is named. Each hash comes from the release's SHA256SUMS; a name
that it does not list, and a field that nobody knows, is an error.
"""
import argparse
import re
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGETS = {
    "winget/version.yaml": "winget/Wlint.Wlint.yaml",
    "winget/installer.yaml": "winget/Wlint.Wlint.installer.yaml",
    "winget/locale.en-US.yaml": "winget/Wlint.Wlint.locale.en-US.yaml",
    "scoop/wlint.json": "scoop/wlint.json",
    "chocolatey/wlint.nuspec": "chocolatey/wlint.nuspec",
    "chocolatey/tools/chocolateyinstall.ps1": "chocolatey/tools/chocolateyinstall.ps1",
}


def hashes(path):
    rows = [line.split() for line in path.read_text().splitlines() if line.strip()]
    return {name.lstrip("*"): digest for digest, name in rows}


def filled(text, known, sums):
    def value(match):
        field = match[1]
        if field.startswith("sha256:"):
            name = field.removeprefix("sha256:")
            if name not in sums:
                sys.exit(f"fill.py: the release lists no hash for {name}")
            return sums[name]
        if field not in known:
            sys.exit(f"fill.py: nobody knows the field {field}")
        return known[field]

    return re.sub(r"\{\{([^}]+)\}\}", value, text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repository", required=True)
    parser.add_argument("--sums", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--version")
    args = parser.parse_args()
    workspace = tomllib.loads((HERE.parent.parent / "Cargo.toml").read_text())
    version = args.version or workspace["workspace"]["package"]["version"]
    known = {
        "version": version,
        "repository": args.repository,
        "url": f"https://github.com/{args.repository}/releases/download/v{version}",
    }
    sums = hashes(args.sums)
    for source, target in TARGETS.items():
        path = args.out / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(filled((HERE / source).read_text(), known, sums))


if __name__ == "__main__":
    main()
