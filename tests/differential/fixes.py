#!/usr/bin/env python3
"""Mends copies of Dockerfiles with wlint and asks BuildKit's own parser what became of them.

    fixes.py WLINT PAGES PATH...     PAGES is the folder with the rules' pages; a PATH is a file or a folder

Two passes, with the safe fixes and with all of them. After each
  - what BuildKit took before it still takes;
  - the list of instructions is the same, but for the fixes of rules whose page shows another list in its example: a
    further run leaves those rules out and must change no list;
  - a second run edits nothing, and no finding has a fix left that the first should have made.
Run it with a Python that has the package `dockerfile` 3.4.0. Exit code 0: all holds; 1: something does not; 2: it could
not look. `.ci/run` does all this; the files themselves are never touched.
"""
import argparse
import collections
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import buildkit

KEYWORDS = set(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME"
    " WORKDIR".split()
)
PASSES = {"safe fixes": ["--fix"], "all fixes": ["--fix", "--unsafe-fixes"]}


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("wlint", help="the program wlint")
    options.add_argument("pages", type=Path, help="the folder with the rules' pages")
    options.add_argument("paths", nargs="+", help="files and folders")
    options.add_argument("--show", type=int, default=10, help="print so many failures of a kind (default 10)")
    options = options.parse_args()
    files, _ = buildkit.find(options.paths)
    if not files:
        buildkit.fail(f"no Dockerfile in {' '.join(options.paths)}")
    reshaping = reshaping_rules(options.pages)
    print(f"the pages of {len(reshaping)} rules show another list of instructions: {', '.join(sorted(reshaping))}")
    good = [one_pass(name, flags, files, reshaping, options) for name, flags in PASSES.items()]
    sys.exit(0 if all(good) else 1)


def reshaping_rules(pages):
    """The rules whose page has an example with other instructions after the fix than before."""
    blocks = []
    for page in sorted(pages.glob("*/*.md")):
        before = None
        for info, body in re.findall(r"^```(dockerfile[^\n]*)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S):
            marked = re.compile(r"^# *\^+ [a-z0-9-]+( .*)?\n", re.M)
            text = marked.sub("", body)
            if info.split()[1:2] == ["fixed"]:
                blocks.append((page.stem.replace("_", "-"), before, text))
            else:
                before = text
    if not blocks:
        buildkit.fail(f"{pages} has no page with an example and its fix")
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, (_, before, after) in enumerate(blocks):
            for part, text in (("before", before), ("after", after)):
                paths.append(Path(folder) / f"{number}-{part}.Dockerfile")
                paths[-1].write_text(text, encoding="utf-8", newline="")
        shapes = [shape(parsed) for parsed in read(paths)]
    return {rule for (rule, _, _), before, after in zip(blocks, shapes[::2], shapes[1::2]) if before != after}


def read(paths):
    """What BuildKit makes of each file, in their order. Of bytes that are no UTF-8 the parser sees a copy, so no list."""
    with tempfile.TemporaryDirectory() as folder:
        readable, replaced = buildkit.prepare(paths, Path(folder))
        parsed = buildkit.buildkit(readable)
    return [{"error": replaced[path]} if path in replaced else parsed[path] for path in paths]


def shape(parsed):
    """The instructions of a file by name, or None for what BuildKit refuses; its parser takes any word for one."""
    names = [(instruction["keyword"], instruction["sub"]) for instruction in parsed.get("instructions", ())]
    is_known = all(keyword in KEYWORDS and (sub is None or sub in KEYWORDS) for keyword, sub in names)
    return names if names and is_known else None


def one_pass(name, flags, files, reshaping, options):
    """Mends copies of all files and prints what came of it; whether all is as it should be."""
    with tempfile.TemporaryDirectory() as folder:
        copies = copy_all(files, folder)
        before = read(copies)
        first = lint(options.wlint, folder, flags)
        mended, after = [copy.read_bytes() for copy in copies], read(copies)
        second = lint(options.wlint, folder, flags)
        again = [copy.read_bytes() for copy in copies]
        originals = {copy.name: path for copy, path in zip(copies, files)}
    with tempfile.TemporaryDirectory() as folder:
        copies = copy_all(files, folder)
        lint(options.wlint, folder, [*flags, "--ignore", ",".join(sorted(reshaping))])
        same = read(copies)
    failures = collections.defaultdict(list)
    for path, was, now, kept in zip(files, before, after, same):
        if shape(was) is not None and shape(now) is None:
            failures["are no longer taken by BuildKit"].append(f"{path}: {now.get('error') or 'an unknown instruction'}")
        if shape(was) is not None and shape(was) != shape(kept):
            failures["have other instructions, and no page shows that"].append(str(path))
    failures["are edited again by a second run"] = [str(path) for path, *two in zip(files, mended, again) if len(set(two)) > 1]
    for finding in second["diagnostics"]:
        if finding["fix"] is not None and (finding["fix"]["safety"] == "safe" or "--unsafe-fixes" in flags):
            place = f"{originals[Path(finding['path']).name]}:{finding['line']} {finding['rule']}"
            failures["findings still have such a fix"].append(place)
    changed = sum(path.read_bytes() != new for path, new in zip(files, mended))
    print(f"{name}: {len(files)} files, {first['summary']['fixed']} fixes in {changed} files")
    report(before, after, second, failures, options.show)
    return not any(failures.values())


def copy_all(files, folder):
    copies = [Path(folder) / f"{number}.Dockerfile" for number in range(len(files))]
    for copy, path in zip(copies, files):
        copy.write_bytes(path.read_bytes())
    return copies


def report(before, after, second, failures, show):
    refused = [sum(shape(parsed) is None for parsed in side) for side in (before, after)]
    reshaped = sum(shape(was) != shape(now) for was, now in zip(before, after))
    print(f"  {refused[0]} files are refused by BuildKit before, {refused[1]} after")
    print(f"  {reshaped} files have other instructions, as the pages of those rules show")
    print(f"  {second['summary']['fixed']} fixes in a second run")
    print(f"  {sum(map(len, failures.values()))} failures")
    for kind, lines in failures.items():
        if lines:
            print(f"  {len(lines)} {kind}")
        for line in lines[:show]:
            print(f"    {line}")


def lint(wlint, folder, flags):
    """The report of one run over the copies."""
    try:
        run = subprocess.run([wlint, "check", "--format", "json", *flags, folder], capture_output=True)
    except OSError as error:
        buildkit.fail(f"{wlint}: {error.strerror}")
    if run.returncode not in (0, 1):
        buildkit.fail(f"{wlint} ended with code {run.returncode}: {run.stderr.decode(errors='replace').strip()}")
    return json.loads(run.stdout)


if __name__ == "__main__":
    main()
