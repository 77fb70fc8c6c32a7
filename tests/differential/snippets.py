#!/usr/bin/env python3
"""Does every rule find its mistake in the catalogue's bad file, and stay silent on the good one? Has every mistake that
the catalogue calls safe to mend a safe fix? And does any rule find an error in a good file?

    snippets.py WLINT CATALOGUE     CATALOGUE is a folder with catalogue.json and snippets/RULE[.good].Dockerfile

Prints the counts, and each one that is missing or left; exit code 1 if there are any, 2 if it could not look.
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
    of = lambda rule, path: [one for one in found[path.name] if one["rule"] == rule["rule"]]
    silent = [rule for rule in rules if not of(rule, pair(snippets, rule)[0])]
    noisy = [rule for rule in rules if of(rule, pair(snippets, rule)[1])]
    safe = [rule for rule in rules if rule["fix"].startswith("safe")]
    unfixed = [rule for rule in safe if not any(is_safe(one) for one in of(rule, pair(snippets, rule)[0]))]
    good = [one for rule in rules for one in found[pair(snippets, rule)[1].name]]
    errors = [one for one in good if one["severity"] == "error"]
    print(f"{len(rules) - len(silent)} of {len(rules)} rules find their mistake in the bad file")
    print(f"{len(rules) - len(noisy)} of {len(rules)} rules are silent on the good file")
    print(f"{len(safe) - len(unfixed)} of {len(safe)} mistakes that are safe to mend have a safe fix")
    print(f"{len(errors)} errors of any rule in the good files, among {len(good)} findings")
    for rule in silent:
        print(f"  not found: {rule['group']} {rule['rule']} in {pair(snippets, rule)[0]}")
    for rule in noisy:
        print(f"  found but should not be: {rule['group']} {rule['rule']} in {pair(snippets, rule)[1]}")
    for rule in unfixed:
        print(f"  no safe fix: {rule['group']} {rule['rule']} in {pair(snippets, rule)[0]}: {rule['fix']}")
    for one in errors:
        print(f"  error in a good file: {one['path']}:{one['line']}: {one['rule']}: {one['message']}")
    sys.exit(1 if silent or noisy or unfixed or errors or not safe else 0)


def is_safe(finding):
    return finding["fix"] is not None and finding["fix"]["safety"] == "safe"


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
    """For each file name, what was found in it."""
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
    found = collections.defaultdict(list)
    for diagnostic in diagnostics:
        found[Path(diagnostic["path"].replace("\\", "/")).name].append(diagnostic)
    return found


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], Path(sys.argv[2]))
