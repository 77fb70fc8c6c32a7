#!/usr/bin/env python3
"""Reads every report format with what its readers use: schemas, libraries, a runner.

    check.py WLINT READERS FOLDER...

Lints the folders and a folder of hostile files once, with all formats, and reads the reports. READERS is a folder with
what `.ci/run` takes out of packages (`report_readers` there names them):

    SARIF       the schema of 2.1.0, and violations-lib
    GitLab      violations-lib's reader of code quality reports
    Checkstyle  violations-lib
    JUnit       an XML schema, and junitparser
    Azure       the parser of Azure's own task library, in Node.js
    GitHub      act, which runs workflows as GitHub's runner does, and says which commands it read
    TeamCity    teamcity-messages, JetBrains' own writer: what it writes for the same values

What they read is compared with the JSON report. Strict readers of our own undo the escapes of the line formats and hold
GitLab's reports against what its documentation asks for. Wants java, node, git, act, and the Python packages jsonschema,
junitparser, xmlschema and teamcity-messages.
"""
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import junitparser
import xmlschema
from teamcity.messages import TeamcityServiceMessages

SARIF_SCHEMA = "package/lib/schemas/sarif-2.1.0-rtm.5.json"
JUNIT_SCHEMA = "pytest-9.0.0/testing/example_scripts/junit-10.xsd"
AZURE_PARSER = "package/taskcommand.js"
VIOLATIONS = "package/build/libs/violation-comments-to-github-command-line-1.25.0.jar"

HOSTILE = (
    "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n"
    "a<b>&\"'|]]>[x](1);::error::##vso[task.complete]##teamcity[x]%0A`_*_\x01\u00e4\U0001d4b3 x\n"
    "COPY --from=st'age|[]<&;%%0A::x, C:/a C:/b\n"
    "ENV DB_PASSWORD=C4nary-Qx7!\n"
)
FORMATS = ["json", "sarif", "gitlab", "junit", "checkstyle", "github", "azure", "teamcity", "markdown"]


def reports(wlint, folders, out):
    """One run over copies in one folder that writes every format; the formats' texts by name."""
    hostile = out / "a, b;c'[d]%" / "Dockerfile"
    hostile.parent.mkdir()
    hostile.write_bytes(HOSTILE.encode())
    for number, folder in enumerate(folders):
        shutil.copytree(folder, out / str(number))
    (out / "utf16.dockerfile").write_bytes("\ufeffFROM \u00e4\r\nCMD a\r\nCMD b\r\n".encode("utf-16-le"))
    (out / "clean.dockerfile").write_text("FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\n")
    command = [wlint, "check", "--fail-on", "never"]
    for name in FORMATS:
        command += ["--format", name, "--output", str(out / f"report.{name}")]
    paths = [str(hostile.relative_to(out)), "utf16.dockerfile", "clean.dockerfile", "missing"]
    paths += [str(number) for number in range(len(folders))]
    run = subprocess.run(command + paths, cwd=out, capture_output=True, text=True)
    assert run.returncode == 2, f"a missing file gives exit code 2: {run}"
    return {name: (out / f"report.{name}").read_bytes().decode() for name in FORMATS}


def sarif(text, schema, findings):
    log = json.loads(text)
    jsonschema.Draft7Validator(json.loads(Path(schema).read_text())).validate(log)
    results = log["runs"][0]["results"]
    known = {rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in results} == known
    assert len(results) == len(findings)
    for result, finding in zip(results, findings):
        region = result["locations"][0]["physicalLocation"]["region"]
        place = [region["startLine"], region["startColumn"], region["endLine"], region["endColumn"]]
        assert place == [finding[key] for key in ("line", "column", "end_line", "end_column")]
        assert [region["byteOffset"], region["byteLength"]] == [finding["offset"], finding["length"]]
        assert bool(result.get("fixes")) == bool(finding["fix"])
    fingerprints = [result["partialFingerprints"]["wlint/v1"] for result in results]
    assert len(set(fingerprints)) == len(fingerprints)


def violations(out, jar, findings):
    """What violations-lib reads in the formats that plugins of build servers take from it."""
    severities = {
        "SARIF": {"error": "ERROR", "warning": "WARN", "info": "INFO", "style": "INFO"},
        "CODECLIMATE": {"error": "ERROR", "warning": "ERROR", "info": "WARN", "style": "INFO"},
        "CHECKSTYLE": {"error": "ERROR", "warning": "WARN", "info": "INFO", "style": "INFO"},
    }
    files = {"SARIF": "report.sarif", "CODECLIMATE": "report.gitlab", "CHECKSTYLE": "report.checkstyle"}
    pairs = [word for parser, name in files.items() for word in (parser, str(out / name))]
    run = ["java", "-cp", str(jar), str(Path(__file__).parent / "Violations.java"), *pairs]
    read = json.loads(subprocess.run(run, capture_output=True, text=True, check=True).stdout)
    for parser, expected in severities.items():
        prefix = "wlint." if parser == "CHECKSTYLE" else ""
        keys = ("file", "line", "rule", "severity")
        if parser == "SARIF":
            read[parser] = [{**one, "file": unquote(one["file"])} for one in read[parser]]
        found = sorted(tuple(one[key] for key in keys) for one in read[parser] if one["rule"].startswith(prefix))
        known = [(one["path"], one["line"], prefix + one["rule"], expected[one["severity"]]) for one in findings]
        assert found == sorted(known), parser


def gitlab(text, findings):
    """The required fields and their values as GitLab's documentation of code quality reports names them."""
    issues = json.loads(text)
    assert len(issues) == len(findings) and not text.startswith("\ufeff")
    for issue, finding in zip(issues, findings):
        assert issue["description"] and issue["check_name"] == finding["rule"]
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert re.fullmatch("[0-9a-f]{16}", issue["fingerprint"])
        path = issue["location"]["path"]
        assert path == finding["path"] and not path.startswith(("./", "/"))
        assert issue["location"]["lines"]["begin"] == finding["line"]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def junit(path, xsd, findings):
    xmlschema.XMLSchema(str(xsd)).validate(path)
    suites = list(junitparser.JUnitXml.fromfile(path))
    cases = [case for suite in suites for case in suite if case.name != "no problems" and suite.name != "wlint"]
    assert [case.name.split()[0] for case in cases] == [finding["rule"] for finding in findings]
    for suite in suites:
        results = [result for case in suite for result in case.result]
        assert suite.tests == len(list(suite))
        assert suite.failures == sum(isinstance(result, junitparser.Failure) for result in results)
        assert suite.skipped == sum(isinstance(result, junitparser.Skipped) for result in results)
        assert suite.errors == sum(isinstance(result, junitparser.Error) for result in results)
    assert any(suite.errors for suite in suites), "the missing file is an error"


def checkstyle(text, findings):
    root = ElementTree.fromstring(text)
    assert root.tag == "checkstyle" and root.attrib["version"]
    errors = []
    for file in root:
        assert file.tag == "file" and set(file.attrib) == {"name"} and len(file)
        errors += [error for error in file if file.attrib["name"] != "wlint"]
    assert all(error.tag == "error" and error.attrib["message"] for error in errors)
    assert {error.attrib["severity"] for error in errors} <= {"error", "warning", "info", "ignore"}
    read = [(error.attrib["source"], int(error.attrib["line"]), int(error.attrib["column"])) for error in errors]
    assert read == [("wlint." + finding["rule"], finding["line"], finding["column"]) for finding in findings]


def undone(text, escapes):
    for escaped, char in escapes:
        text = text.replace(escaped, char)
    return text


def github(text, findings):
    lines = text.splitlines()
    read = []
    for line in lines:
        command = re.fullmatch(r"::(error|warning|notice) ((?:[^,:]*)(?:,[^,:]*)*)::(.*)", line)
        assert command, line
        properties = dict(part.split("=", 1) for part in command[2].split(","))
        if "file" in properties:
            path = undone(properties["file"], [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")])
            read.append((properties["title"], path, int(properties["line"])))
    assert read == [(finding["rule"], finding["path"], finding["line"]) for finding in findings]


def github_runner(out, findings):
    """Lets act run a workflow whose only step prints the report, and takes from its log what it read."""
    folder = out / "act"
    workflow = folder / ".github" / "workflows" / "lint.yml"
    workflow.parent.mkdir(parents=True)
    step = f"cat '{out / 'report.github'}'"
    workflow.write_text(f"on: push\njobs:\n  lint:\n    runs-on: here\n    steps:\n      - run: {step}\n")
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    act = str(Path(sys.executable).with_name("act"))
    run = [act, "push", "--json", "--platform", "here=-self-hosted"]
    environment = {**os.environ, "HOME": str(folder), "XDG_CACHE_HOME": str(folder)}
    log = subprocess.run(run, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert log.returncode == 0, log
    events = [json.loads(line) for line in log.stdout.splitlines() if line.startswith("{")]
    read = [event for event in events if event.get("command") and "file" in event["kvPairs"]]
    commands = {"error": "error", "warning": "warning", "info": "notice", "style": "notice"}
    assert len(read) == len(findings)
    for event, finding in zip(read, findings):
        place = event["kvPairs"]
        assert event["command"] == commands[finding["severity"]]
        assert (int(place["line"]), int(place["endLine"])) == (finding["line"], finding["end_line"])
        assert place["file"] == finding["path"]
        # act takes the last `::` for the end of the properties, GitHub the first one.
        if "::" not in finding["message"] + (finding["seen"] or "") + finding["help"]:
            assert place["title"] == finding["rule"] and event["arg"].startswith(finding["message"]), (event, finding)


def azure(text, findings, parser):
    lines = text.splitlines()
    commands = [line for line in lines if line.startswith("##vso[")]
    assert not any("##" in line for line in lines if line not in commands)
    script = (
        "const parse = require(process.argv[1]).commandFromString;"
        "const lines = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(lines.map(line => parse(line))))"
    )
    run = ["node", "-e", script, str(parser)]
    parsed = json.loads(subprocess.run(run, input=json.dumps(commands), capture_output=True, text=True, check=True).stdout)
    read = []
    for command in parsed:
        properties = command["properties"]
        assert command["command"] == "task.logissue" and properties["type"] in ("error", "warning")
        assert command["message"]
        if "code" in properties:
            place = (int(properties["linenumber"]), int(properties["columnnumber"]))
            read.append((properties["code"], properties["sourcepath"], *place))
    severe = [finding for finding in findings if finding["severity"] in ("error", "warning")]
    keys = ("rule", "path", "line", "column")
    assert read == [tuple(finding[key] for key in keys) for finding in severe]


TEAMCITY_FIELD = r" (\w+)='((?:[^'|\[\]\r\n]|\|['|\[\]nr]|\|0x[0-9A-F]{4})*)'"


def teamcity(text, findings):
    assert text.isascii()
    types, read = set(), []
    for line in text.splitlines():
        message = re.fullmatch(rf"##teamcity\[(\w+)((?:{TEAMCITY_FIELD})+)\]", line)
        assert message, line
        fields = {key: teamcity_text(value) for key, value in re.findall(TEAMCITY_FIELD, message[2])}
        assert teamcity_fields(line) == teamcity_fields(written_by_jetbrains(message[1], fields)), line
        if message[1] == "inspectionType":
            assert fields["id"] not in types
            types.add(fields["id"])
        elif message[1] == "inspection":
            assert fields["typeId"] in types, "the type comes before its first inspection"
            assert fields["SEVERITY"] in ("INFO", "WARNING", "WEAK WARNING", "ERROR")
            read.append((fields["typeId"], int(fields["line"]), fields["message"]))
    assert [one[:2] for one in read] == [(finding["rule"], finding["line"]) for finding in findings]
    assert all(shown.startswith(finding["message"]) for (*_, shown), finding in zip(read, findings))


def teamcity_text(value):
    """A value without its escapes, of which those of UTF-16 may come in pairs."""
    marks = {"n": "\n", "r": "\r"}
    plain = re.sub(r"\|(?:0x(....)|(.))", lambda mark: chr(int(mark[1], 16)) if mark[1] else marks.get(mark[2], mark[2]), value)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16")


def teamcity_fields(line):
    """The fields as they are escaped, but for characters outside of ASCII, which may stand for themselves."""
    pairs = re.sub(r"(?:\|0x[0-9A-F]{4})+", lambda marks: teamcity_text(marks[0]), line)
    return {key: value for key, value in re.findall(TEAMCITY_FIELD, pairs) if key != "timestamp"}


def written_by_jetbrains(name, fields):
    out = io.StringIO()
    TeamcityServiceMessages(output=out, encoding=None).message(name, **fields)
    return out.getvalue()


def markdown(text, findings):
    rows = [line for line in text.splitlines() if re.match(r"\| \d+ \|", line)]
    assert len(rows) == len(findings)
    for row in rows:
        assert len(re.sub(r"\\.", "", row).split("|")) == 6, row
        assert not re.search(r"<[a-z/]", row), row


def main():
    wlint, readers, *folders = sys.argv[1:]
    readers = Path(readers).resolve()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        texts = reports(str(Path(wlint).resolve()), folders, out)
        for name, text in texts.items():
            assert "C4nary" not in text, f"{name} shows a secret"
        findings = json.loads(texts["json"])["diagnostics"]
        assert len(findings) > 50 and any(finding["path"] == "utf16.dockerfile" for finding in findings)
        sarif(texts["sarif"], readers / SARIF_SCHEMA, findings)
        violations(out, readers / VIOLATIONS, findings)
        gitlab(texts["gitlab"], findings)
        junit(str(out / "report.junit"), readers / JUNIT_SCHEMA, findings)
        checkstyle(texts["checkstyle"], findings)
        github(texts["github"], findings)
        github_runner(out, findings)
        azure(texts["azure"], findings, readers / AZURE_PARSER)
        teamcity(texts["teamcity"], findings)
        markdown(texts["markdown"], findings)
    print(f"{len(FORMATS)} formats of {len(findings)} findings read")


main()
