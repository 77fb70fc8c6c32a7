//! Reports for other programs: several in one run, in one step each, and nothing in a file can steer their readers.

use std::fs;

use crate::{Folder, native};

const BAD: &[u8] = b"FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCMD one\nCMD two\n";

/// What a hostile author writes where messages quote it: the ends and commands of every format.
const HOSTILE: &str = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n\
    a<b>&\"'|]]>[x](1);::error::##vso[task.complete]##teamcity[x]%0A`_*_\u{1}\u{E4}\u{1D4B3} x\n\
    COPY --from=st'age|[]<&;%%0A::x, C:/a C:/b\n";

fn hostile(format: &str) -> String {
    let folder = Folder::with(&[("a, b;c'[d]%/Dockerfile", HOSTILE.as_bytes())]);
    let run = folder.run(&["check", "--format", format]);
    assert_eq!((run.code, run.err.as_str()), (1, ""), "{run:?}");
    run.out
}

#[test]
fn several_reports_in_one_run() {
    let folder = Folder::with(&[("Dockerfile", BAD)]);
    let run = folder.run(&[
        "check", "--format", "concise", "--format", "json", "--output", "a.json", "--format", "sarif", "-o", "a.sarif",
    ]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    assert!(run.out.starts_with("Dockerfile:2:"), "{run:?}");
    let json: serde_json::Value = serde_json::from_slice(&folder.read("a.json")).unwrap();
    let sarif: serde_json::Value = serde_json::from_slice(&folder.read("a.sarif")).unwrap();
    let findings = json["diagnostics"].as_array().unwrap().len();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), findings);
    assert_eq!(run.out.lines().count(), findings);
}

#[test]
fn a_report_that_cannot_be_written_leaves_no_other_half_written() {
    let folder = Folder::with(&[("Dockerfile", BAD), ("good.json", b"old")]);
    fs::create_dir(folder.path("folder")).unwrap();
    for bad in ["missing/b.sarif", "folder"] {
        let args = ["check", "--format", "json", "-o", "good.json", "--format", "sarif", "-o", &native(bad)];
        let run = folder.run(&args);
        run.refused(&[&native(bad), "cannot write it"]);
        assert_eq!(run.out, "");
        assert_eq!(folder.read("good.json"), b"old", "nothing was written");
    }
    let names: Vec<_> = fs::read_dir(folder.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 3, "nothing is left behind: {names:?}");
}

#[test]
fn one_report_goes_to_standard_output() {
    let folder = Folder::with(&[("Dockerfile", BAD)]);
    let run = folder.run(&["check", "--format", "json", "--format", "sarif"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
    assert!(run.err.contains("only one report can go to standard output"), "{run:?}");
}

#[test]
fn the_environment_names_reports() {
    let folder = Folder::with(&[("Dockerfile", BAD)]);
    let github = folder.run_under(&[("WLINT_FORMAT", "github")], &["check", "--quiet"]);
    assert!(github.out.starts_with("::"), "{github:?}");
    let concise = folder.run_under(&[("WLINT_FORMAT", "github")], &["check", "--format", "concise"]);
    assert!(concise.out.starts_with("Dockerfile:"), "the command line counts more: {concise:?}");
    let several = [("WLINT_FORMAT", "concise,json,sarif"), ("WLINT_OUTPUT", "a.json,a.sarif")];
    let run = folder.run_under(&several, &["check"]);
    assert_eq!((run.code, run.err.as_str()), (1, ""), "{run:?}");
    assert!(run.out.starts_with("Dockerfile:2:"), "what has no file goes to standard output: {run:?}");
    let read = |name: &str| serde_json::from_slice::<serde_json::Value>(&folder.read(name)).unwrap();
    assert_eq!(read("a.json")["files"], 1);
    assert_eq!(read("a.sarif")["version"], "2.1.0");
    assert!(folder.run_under(&[("WLINT_FORMAT", "json")], &["check", "-o", "b,c.json"]).out.is_empty());
    assert_eq!(read("b,c.json")["files"], 1, "a comma on the command line is a part of the name");
}

#[test]
fn several_formats_may_stand_in_one_word() {
    let folder = Folder::with(&[("Dockerfile", BAD)]);
    let run = folder.run(&["check", "--format", "concise,json", "--output", "a.json"]);
    assert_eq!((run.code, run.err.as_str()), (1, ""), "{run:?}");
    assert!(run.out.starts_with("Dockerfile:2:"), "{run:?}");
    assert!(folder.read("a.json").starts_with(b"{\"version\""));
}

#[test]
fn what_could_not_be_done_is_in_the_reports() {
    let folder = Folder::with(&[("Dockerfile", BAD)]);
    for (format, part) in [
        ("sarif", "\"executionSuccessful\":false"),
        ("github", "\n::error title=wlint::missing: "),
        ("azure", "\n##vso[task.logissue type=error;]missing: "),
        ("junit", "<error message=\"missing: "),
        ("checkstyle", "severity=\"error\" message=\"missing: "),
        ("teamcity", "\n##teamcity[message text='missing: "),
        ("markdown", "\n**error:** missing: "),
    ] {
        let run = folder.run(&["check", "--format", format, "Dockerfile", "missing"]);
        assert_eq!(run.code, 2);
        assert!(run.out.contains(part), "{format}: {}", run.out);
    }
}

#[test]
fn sarif_points_at_the_exact_place() {
    let marked = [b"\xEF\xBB\xBF", BAD].concat();
    let folder = Folder::with(&[("a b/Dockerfile", &marked)]);
    let run = folder.run(&["check", "--format", "sarif", "--select", "multiple-cmd-entrypoint"]);
    let sarif = run.json();
    let result = &sarif["runs"][0]["results"][0];
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b/Dockerfile");
    let number = |name: &str| place["region"][name].as_u64().unwrap();
    let at = ["startLine", "startColumn", "endLine", "endColumn"].map(number);
    assert_eq!(at, [2, 1, 2, 4]);
    let (start, length) = (number("byteOffset") as usize, number("byteLength") as usize);
    assert_eq!(&marked[start..start + length], b"CMD");
    assert_eq!(result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"], 3);
    let replaced = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replaced["insertedContent"]["text"], "# ");
    assert_eq!(result["partialFingerprints"]["wlint/v1"].as_str().unwrap().len(), 16);
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!((rules.len(), &rules[0]["id"]), (1, &"multiple-cmd-entrypoint".into()));
    assert!(rules[0]["help"]["markdown"].as_str().unwrap().contains("## Why"));
}

#[test]
fn fingerprints_stay_when_lines_move_and_are_unique() {
    let folder = Folder::with(&[("Dockerfile", b"FROM x\nCMD a\nCMD a\nCMD b\n")]);
    let fingerprints = || {
        let json = folder.run(&["check", "--format", "gitlab", "--select", "metadata"]).json();
        let of = |issue: &serde_json::Value| issue["fingerprint"].as_str().unwrap().to_owned();
        json.as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    let before = fingerprints();
    folder.write("Dockerfile", b"# a line\r\n\r\nFROM x\r\nCMD  a\r\nCMD a\r\nCMD b\r\n");
    assert_eq!(fingerprints(), before);
    let unique: std::collections::BTreeSet<_> = before.iter().collect();
    assert_eq!(unique.len(), before.len());
}

#[test]
fn line_formats_keep_one_finding_on_one_line() {
    for (format, start) in [("github", "::"), ("teamcity", "##teamcity[")] {
        let out = hostile(format);
        assert!(out.lines().all(|line| line.starts_with(start)), "{format}: {out}");
    }
    let github = hostile("github");
    assert!(github.contains("file=a%2C b;c'[d]%25/Dockerfile,line="), "{github}");
    assert!(github.contains("%250A"), "what the file's author escaped stays escaped: {github}");
    let teamcity = hostile("teamcity");
    assert!(teamcity.contains(" file='a, b;c|'|[d|]%/Dockerfile' "), "{teamcity}");
    assert!(teamcity.contains("##teamcity|[x|]") && teamcity.contains("|0x00E4|0xD835|0xDCB3"), "{teamcity}");
    let azure = hostile("azure");
    assert!(azure.contains("sourcepath=a, b%3Bc'[d%5D%AZP25/Dockerfile;"), "{azure}");
    for line in azure.lines() {
        let start = line.find("##vso[task.complete]");
        assert!(start.is_none() || line.starts_with("##vso[task.logissue "), "{line}");
    }
}

#[test]
fn markup_formats_show_text_as_text() {
    for format in ["checkstyle", "junit"] {
        let out = hostile(format);
        assert!(out.contains("&lt;b&gt;&amp;&quot;") && !out.contains("<b>"), "{format}: {out}");
        assert!(!out.contains('\u{1}') && out.contains('\u{2401}'), "{format}: {out}");
    }
    let markdown = hostile("markdown");
    for line in markdown.lines().filter(|line| line.starts_with("| ")) {
        let bars = line.replace("\\\\", "").replace("\\|", "").matches('|').count();
        assert_eq!(bars, 5, "{line}");
    }
    assert!(!markdown.contains("<b>") && !markdown.contains("[x](1)"), "{markdown}");
    assert!(!hostile("sarif").contains("[x](1)"), "no link that the file's author wrote");
}

#[test]
fn a_step_summary_has_room_for_a_mebibyte() {
    let folder = Folder::new();
    for index in 0..40 {
        let body = b"CMD one\n".repeat(400);
        folder.write(&format!("{index}.dockerfile"), &[b"FROM x\n", body.as_slice()].concat());
    }
    let run = folder.run(&["check", "--format", "markdown", "--select", "multiple-cmd-entrypoint"]);
    assert!(run.out.len() < 1 << 20 && run.out.len() > 900 << 10, "{}", run.out.len());
    assert!(run.out.contains(" more problems had no room here"), "{}", &run.out[run.out.len() - 300..]);
    assert!(run.out.contains("\n15960 problems "), "the sum is that of all files");
}
