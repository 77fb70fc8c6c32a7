#!/usr/bin/env python3
"""Does every rule find its mistake in the catalogue's bad file, and stay silent on the good one?

    snippets.py WLINT CATALOGUE     CATALOGUE is a folder with catalogue.json and snippets/RULE[.good].Dockerfile

Prints the count; exit code 1 if one is missing, 2 if it could not look.
"""
import collections
import json
import subprocess
import sys
from pathlib import Path



def main(wlint, catalogue):
    rules = read_catalogue(catalogue)
    snippets = catalogue / "snippets"
    absent = [path.name for rule in rules for path in pair(snippets, rule) if not path.is_file()]
    if absent:
        fail(f"not in {snippets}: {', '.join(absent)}")
    found = findings(wlint, snippets)
    silent = [rule for rule in rules if rule["rule"] not in found[pair(snippets, rule)[0].name]]
    noisy = [rule for rule in rules if rule["rule"] in found[pair(snippets, rule)[1].name]]
    print(f"{len(rules) - len(silent)} of {len(rules)} rules find their mistake in the bad file")
    print(f"{len(rules) - len(noisy)} of {len(rules)} rules are silent on the good file")
    for rule in silent:
        print(f"  not found: {rule['group']} {rule['rule']} in {pair(snippets, rule)[0]}")
    for rule in noisy:
        print(f"  found but should not be: {rule['group']} {rule['rule']} in {pair(snippets, rule)[1]}")
    sys.exit(1 if silent or noisy or not rules else 0)


def fail(message):
    print(f"snippets.py: {message}", file=sys.stderr)
    sys.exit(2)


def read_catalogue(catalogue):
    try:
        return json.loads((catalogue / "catalogue.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        fail(f"{catalogue / 'catalogue.json'}: {error}")


def pair(snippets, rule):
    return snippets / f"{rule['rule']}.Dockerfile", snippets / f"{rule['rule']}.good.Dockerfile"


def findings(wlint, folder):
    """For each file name, the rules that found something in it."""
    try:
        run = subprocess.run([wlint, "check", "--format", "json", folder], capture_output=True)
    except OSError as error:
        fail(f"{wlint}: {error.strerror}")
    if run.returncode not in (0, 1):
        fail(f"{wlint} ended with code {run.returncode}: {run.stderr.decode(errors='replace').strip()}")
    try:
        diagnostics = json.loads(run.stdout)["diagnostics"]
    except (ValueError, KeyError):
        fail(f"{wlint} check --format json prints no report: {run.stdout[:200]!r}")
    found = collections.defaultdict(set)
    for diagnostic in diagnostics:
        found[Path(diagnostic["path"].replace("\\", "/")).name].add(diagnostic["rule"])
    return found


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], Path(sys.argv[2]))
