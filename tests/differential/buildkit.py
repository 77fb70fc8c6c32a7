#!/usr/bin/env python3
"""Reads Dockerfiles with BuildKit's own parser and with ours, and prints every difference.

    buildkit.py DUMP PATH...        DUMP is the program dump-syntax; a PATH is a file or a folder

Run it with a Python that has the package `dockerfile` 3.4.0 (BuildKit v0.12.5's parser). Exit code 0: no difference;
1: differences, or files that could not be compared; 2: the comparison could not be made. `.ci/run` does all this.

DUMP reads paths on stdin, one a line, and prints one line of JSON for each: {"path", "error": null or a message that
names the place as "line N", "instructions": [{"keyword", "flags", "json", "args", "sub", "start_line", "end_line",
"original", "heredocs": [{"name", "expand", "chomp", "content"}]}]}. It gives the reading of the builder, never the
second one, and reads flags and JSON as BuildKit 0.12 did; "error" is what BuildKit's parser refuses, not what its
later stages do.
"""
import argparse
import collections
import fnmatch
import json
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = ("Dockerfile", "Dockerfile.*", "*.Dockerfile", "*.dockerfile", "Containerfile", "Containerfile.*")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("dump", help="the program dump-syntax")
    options.add_argument("paths", nargs="+", help="files and folders")
    options.add_argument("--show", type=int, default=10, help="print so many files that differ (default 10)")
    options = options.parse_args()
    files, others = find(options.paths)
    if not files:
        fail(f"no Dockerfile in {' '.join(options.paths)}")
    with tempfile.TemporaryDirectory() as folder:
        readable, replaced = prepare(files, Path(folder))
        theirs = buildkit(readable)
        ours = dump(options.dump, readable)
    sys.exit(report(files, others, replaced, theirs, ours, options.show))


def fail(message):
    print(f"buildkit.py: {message}", file=sys.stderr)
    sys.exit(2)


def find(paths):
    """All Dockerfiles by name in the folders, all files given by name, and how many files were passed over."""
    files, others = [], 0
    for path in map(Path, paths):
        if path.is_file():
            files.append(path)
        elif path.is_dir():
            inside = sorted(entry for entry in path.rglob("*") if entry.is_file())
            named = [entry for entry in inside if any(fnmatch.fnmatchcase(entry.name, name) for name in NAMES)]
            files += named
            others += len(inside) - len(named)
        else:
            fail(f"{path}: no such file or folder")
    return list(dict.fromkeys(files)), others


def prepare(files, folder):
    """Where to read each file, and why that is not its own place.

    The package hands text over as C strings and Python strings: it can take neither a NUL nor bytes that are not
    UTF-8. Both parsers get a copy of such a file in which U+FFFD stands for what the package cannot take.
    """
    readable, replaced = {}, {}
    for number, path in enumerate(files):
        data = path.read_bytes()
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            replaced[path] = f"not UTF-8 at byte {error.start}"
            text = data.decode("utf-8", "replace")
        if "\0" in text:
            replaced.setdefault(path, f"NUL at byte {data.index(0)}")
            text = text.replace("\0", "\ufffd")
        readable[path] = path.absolute()
        if path in replaced:
            readable[path] = folder / f"{number}.Dockerfile"
            readable[path].write_bytes(text.encode("utf-8"))
    return readable, replaced


def buildkit(readable):
    """What BuildKit's parser makes of each file. The package runs apart, since a fault in it ends its process."""
    found, left = {}, list(readable)
    while left:
        worker = subprocess.run(
            [sys.executable, __file__, "--worker"],
            input="".join(f"{readable[path]}\n" for path in left),
            capture_output=True, text=True, encoding="utf-8",
        )
        lines = worker.stdout.splitlines()
        for path, line in zip(left, lines):
            found[path] = json.loads(line)
        if worker.returncode == 3:
            fail(worker.stderr.strip())
        left = left[len(lines):]
        if left:
            found[left[0]] = {"fault": (worker.stderr.strip().splitlines() or ["no message"])[0]}
            left = left[1:]
    return found


def worker():
    """Runs in a process of its own: paths on stdin, JSON lines on stdout."""
    try:
        import dockerfile
    except ImportError:
        print("the package `dockerfile` is missing: pip install dockerfile==3.4.0", file=sys.stderr)
        sys.exit(3)
    for path in sys.stdin.read().splitlines():
        try:
            instructions = [normal(command) for command in dockerfile.parse_file(path)]
            line = {"error": None, "instructions": instructions}
        except dockerfile.GoParseError as error:
            line = {"error": str(error)}
        print(json.dumps(line), flush=True)


def normal(command):
    """A command of the package as our JSON has it."""
    heredocs = [{"name": heredoc.name, "content": heredoc.content} for heredoc in command.heredocs]
    original = command.original
    if heredocs:  # the package appends them to the line
        tail = "\n" + "".join(f"{heredoc['content']}{heredoc['name']}\n" for heredoc in heredocs)
        original = original.removesuffix(tail)
    return {
        "keyword": command.cmd.upper(),
        "flags": list(command.flags),
        "json": command.json,
        "args": list(command.value),
        "sub": command.sub_cmd and command.sub_cmd.upper(),
        "start_line": command.start_line,
        "end_line": command.end_line,
        "original": original,
        "heredocs": heredocs,
    }


def dump(program, readable):
    """What our parser makes of each file."""
    try:
        run = subprocess.run(
            [program], input="".join(f"{path}\n" for path in readable.values()).encode(), stdout=subprocess.PIPE
        )
    except OSError as error:
        fail(f"{program}: {error.strerror}")
    lines = run.stdout.decode("utf-8").splitlines()
    paths = list(readable)
    if run.returncode or len(lines) != len(paths):
        where = paths[len(lines)] if len(lines) < len(paths) else "the end"
        fail(f"{program} ended with code {run.returncode} after {len(lines)} of {len(paths)} files, at {where}")
    found = {}
    for path, line in zip(paths, lines):
        found[path] = json.loads(line)
        if found[path]["path"] != str(readable[path]):
            fail(f"{program} answered for {found[path]['path']} where {readable[path]} was asked")
    return found


def compare(theirs, ours):
    """The differences in one file, as sentences, and how many instructions were cut at a NUL before."""
    error = ours["error"]
    if theirs["error"] is not None:
        if error is None:
            return [f"BuildKit rejects it ({theirs['error']}), we do not"], 0
        return ([] if "line " in error else [f"BuildKit rejects it; our message names no line: {error}"]), 0
    if error is not None:
        return [f"BuildKit takes it, we do not: {error}"], 0
    found, cut = [], 0
    for want, have in zip(theirs["instructions"], map(normal_ours, ours["instructions"])):
        place = f"line {want['start_line']}, {want['keyword']}"
        if have["start_line"] != want["start_line"]:  # from here on nothing matches
            found.append(f"{place}: we see {have['keyword']} on line {have['start_line']} instead")
            break
        if cut_at_nul(have["args"]) != have["args"]:
            have = have | {"args": cut_at_nul(have["args"])}
            cut += 1
        for key in want:
            if have[key] != want[key]:
                found.append(f"{place}: {key}\n      BuildKit {json.dumps(want[key])}\n      we       {json.dumps(have[key])}")
    want, have = len(theirs["instructions"]), len(ours["instructions"])
    if want != have:
        found.append(f"BuildKit sees {want} instructions, we see {have}")
    return found, cut


def normal_ours(instruction):
    """An instruction of ours with what the package tells, too."""
    heredocs = [{"name": heredoc["name"], "content": heredoc["content"]} for heredoc in instruction["heredocs"]]
    return instruction | {
        "keyword": instruction["keyword"].upper(),
        "sub": instruction["sub"] and instruction["sub"].upper(),
        # The package leaves out heredocs below ONBUILD; the last line still counts them.
        "heredocs": [] if instruction["sub"] else heredocs,
    }


def cut_at_nul(args):
    """What the package makes of texts with a NUL, which JSON can spell: it hands them over as C strings."""
    return [arg.partition("\0")[0] for arg in args]


def report(files, others, replaced, theirs, ours, show):
    """Prints the counts and the first differences; gives the exit code."""
    faults = {path: theirs[path]["fault"] for path in files if "fault" in theirs[path]}
    rejected = collections.Counter(theirs[path].get("error") for path in files if theirs[path].get("error"))
    instructions = cut = 0
    different = {}
    for path in files:
        if path in faults:
            continue
        found, here = compare(theirs[path], ours[path])
        cut += here
        instructions += len(theirs[path].get("instructions", ()))
        if found:
            different[path] = found
    print(f"{len(files)} files, {instructions} instructions compared; {others} files are no Dockerfiles by their name")
    print(f"{sum(rejected.values())} files are rejected by BuildKit's parser")
    for message, count in rejected.most_common():
        print(f"  {count:5} {message}")
    print(f"{cut} instructions were compared up to a NUL, where the Python package cuts a text")
    print(f"{len(replaced)} files were compared with U+FFFD for what the Python package cannot take")
    for path, reason in replaced.items():
        print(f"  {path}: {reason}")
    print(f"{len(faults)} files end the Python package itself: not compared")
    for path, fault in faults.items():
        print(f"  {path}: {fault}")
    print(f"{len(different)} files differ")
    for path, found in list(different.items())[:show]:
        print(f"  {path}")
        for line in found[:5]:
            print(f"    {line}")
        if len(found) > 5:
            print(f"    and {len(found) - 5} more")
    if len(different) > show:
        print(f"  and {len(different) - show} files more")
    return 1 if different or faults else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--worker"]:
        worker()
    else:
        main()
