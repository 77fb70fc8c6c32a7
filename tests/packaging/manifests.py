#!/usr/bin/env python3
"""Reads the filled manifests of winget, Scoop and Chocolatey, and checks what each of them must say.

    manifests.py FOLDER SHA256SUMS VERSION
"""
import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import yaml


def main():
    folder, sums, version = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    known = {name: digest for digest, name in (line.split() for line in sums.read_text().splitlines())}
    for path in folder.rglob("*"):
        assert path.is_dir() or "{{" not in path.read_text(), f"{path}: a field is not filled in"

    def check(url, digest):
        assert url.startswith("https://github.com/example/wlint/releases/download/v" + version + "/"), url
        assert digest == known[url.rsplit("/", 1)[1]], url

    winget = {path.name: yaml.safe_load(path.read_text()) for path in (folder / "winget").iterdir()}
    kinds = {manifest["ManifestType"] for manifest in winget.values()}
    assert kinds == {"version", "installer", "defaultLocale"}, kinds
    for manifest in winget.values():
        assert (manifest["PackageIdentifier"], manifest["PackageVersion"]) == ("Wlint.Wlint", version)
        assert re.fullmatch(r"1\.\d+\.0", manifest["ManifestVersion"])
    installer = winget["Wlint.Wlint.installer.yaml"]
    assert [one["Architecture"] for one in installer["Installers"]] == ["x64", "arm64"]
    for one in installer["Installers"]:
        check(one["InstallerUrl"], one["InstallerSha256"])
    for field in ("PackageLocale", "Publisher", "PackageName", "License", "ShortDescription"):
        assert winget["Wlint.Wlint.locale.en-US.yaml"][field], field

    scoop = json.loads((folder / "scoop/wlint.json").read_text())
    assert scoop["version"] == version and scoop["bin"] == "wlint.exe"
    for one in scoop["architecture"].values():
        check(one["url"], one["hash"])

    nuspec = ElementTree.parse(folder / "chocolatey/wlint.nuspec").getroot()
    space = "{http://schemas.microsoft.com/packaging/2015/06/nuspec.xsd}"
    fields = {child.tag.removeprefix(space): child.text for child in nuspec.find(space + "metadata")}
    assert (fields["id"], fields["version"]) == ("wlint", version)
    assert fields["authors"] and fields["description"]
    script = (folder / "chocolatey/tools/chocolateyinstall.ps1").read_text()
    check(re.search(r"-Url64bit '([^']+)'", script)[1], re.search(r"-Checksum64 '([0-9a-f]{64})'", script)[1])
    print("packaging: the manifests are filled in")


main()
