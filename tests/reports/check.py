#!/usr/bin/env python3
"""Reads every report format with what its readers use: schemas, XML schemas, parsers.

    check.py WLINT SARIF_SCHEMA JUNIT_XSD AZURE_TASKCOMMAND_JS FOLDER...

Lints the folders and a folder of hostile files once, with all formats, and reads the reports:
SARIF by the schema of 2.1.0; JUnit by an XML schema and by junitparser; Azure's commands by the parser of Azure's own
task library, in Node.js; GitLab's code quality by what its documentation asks for; Checkstyle and the other line
formats by strict readers of their grammars, which undo the escapes and compare with the JSON report. Wants the
packages jsonschema, junitparser and xmlschema.
"""
import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import jsonschema
import junitparser
import xmlschema

HOSTILE = (
    "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n"
    "a<b>&\"'|]]>[x](1);::error::##vso[task.complete]##teamcity[x]%0A`_*_\x01\u00e4\U0001d4b3 x\n"
    "COPY --from=st'age|[]<&;%%0A::x, C:/a C:/b\n"
    "ENV DB_PASSWORD=C4nary-Qx7!\n"
)
FORMATS = ["json", "sarif", "gitlab", "junit", "checkstyle", "github", "azure", "teamcity", "markdown"]


def reports(wlint, folders, out):
    """One run that writes every format; the formats' texts by name."""
    hostile = out / "a, b;c'[d]%" / "Dockerfile"
    hostile.parent.mkdir()
    hostile.write_bytes(HOSTILE.encode())
    (out / "utf16.dockerfile").write_bytes("\ufeffFROM \u00e4\r\nCMD a\r\nCMD b\r\n".encode("utf-16-le"))
    (out / "clean.dockerfile").write_text("FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\n")
    command = [wlint, "check", "--fail-on", "never"]
    for name in FORMATS:
        command += ["--format", name, "--output", str(out / f"report.{name}")]
    paths = [str(hostile), "utf16.dockerfile", "clean.dockerfile", "missing"] + [str(Path(f).resolve()) for f in folders]
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


def gitlab(text, findings):
    """The required fields and their values as GitLab's documentation of code quality reports names them."""
    issues = json.loads(text)
    assert len(issues) == len(findings) and not text.startswith("\ufeff")
    for issue, finding in zip(issues, findings):
        assert issue["description"] and issue["check_name"] == finding["rule"]
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert re.fullmatch("[0-9a-f]{16}", issue["fingerprint"])
        path = issue["location"]["path"]
        assert not path.startswith("./") and "\\" not in path
        assert issue["location"]["lines"]["begin"] == finding["line"]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def junit(path, xsd, findings):
    xmlschema.XMLSchema(xsd).validate(path)
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
    assert [(rule, line) for rule, _, line in read] == [(finding["rule"], finding["line"]) for finding in findings]
    assert any(path.startswith("a, b;c'[d]%/") for _, path, _ in read)


def azure(text, findings, parser):
    lines = text.splitlines()
    commands = [line for line in lines if line.startswith("##vso[")]
    assert not any("##" in line for line in lines if line not in commands)
    script = (
        "const parse = require(process.argv[1]).commandFromString;"
        "const lines = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(lines.map(line => parse(line))))"
    )
    run = ["node", "-e", script, str(Path(parser).resolve())]
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
    shown = [tuple(finding[key] for key in keys) for finding in severe]
    assert [one[::2] + one[3:] for one in read] == [one[::2] + one[3:] for one in shown]
    assert any(path.startswith("a, b;c'[d]%/") for _, path, *_ in read)


def teamcity(text, findings):
    value = r"'((?:[^'|\[\]\r\n\x80-\U0010ffff]|\|['|\[\]nr]|\|0x[0-9A-F]{4})*)'"
    types, read = set(), []
    for line in text.splitlines():
        message = re.fullmatch(rf"##teamcity\[(\w+)((?: \w+={value})+)\]", line)
        assert message, line
        attributes = dict(re.findall(rf"(\w+)={value}", message[2]))
        if message[1] == "inspectionType":
            assert attributes["id"] not in types
            types.add(attributes["id"])
        elif message[1] == "inspection":
            assert attributes["typeId"] in types, "the type comes before its first inspection"
            assert attributes["SEVERITY"] in ("INFO", "WARNING", "WEAK WARNING", "ERROR")
            read.append((attributes["typeId"], int(attributes["line"])))
    assert read == [(finding["rule"], finding["line"]) for finding in findings]


def markdown(text, findings):
    rows = [line for line in text.splitlines() if re.match(r"\| \d+ \|", line)]
    assert len(rows) == len(findings)
    for row in rows:
        assert len(re.sub(r"\\.", "", row).split("|")) == 6, row
        assert not re.search(r"<[a-z/]", row), row


def main():
    wlint, sarif_schema, junit_xsd, azure_parser, *folders = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        texts = reports(str(Path(wlint).resolve()), folders, out)
        for name, text in texts.items():
            assert "C4nary" not in text, f"{name} shows a secret"
        findings = json.loads(texts["json"])["diagnostics"]
        assert len(findings) > 50 and any(finding["path"] == "utf16.dockerfile" for finding in findings)
        sarif(texts["sarif"], sarif_schema, findings)
        gitlab(texts["gitlab"], findings)
        junit(str(out / "report.junit"), junit_xsd, findings)
        checkstyle(texts["checkstyle"], findings)
        github(texts["github"], findings)
        azure(texts["azure"], findings, azure_parser)
        teamcity(texts["teamcity"], findings)
        markdown(texts["markdown"], findings)
    print(f"{len(FORMATS)} formats of {len(findings)} findings read")


main()
