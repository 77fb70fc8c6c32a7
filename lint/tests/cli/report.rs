//! Formats, exit codes and where reports go.

use std::process::Stdio;

use crate::{Folder, wlint};

const GOOD: &[u8] = b"# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nUSER ContainerUser\n";
const BAD: &[u8] = b"FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\r\nCMD one\r\nCMD two\r\n";
const RULE: &[&str] = &["--select", "multiple-cmd-entrypoint"];

fn check(folder: &Folder, args: &[&str]) -> crate::Run {
    folder.run(&[&["check"], RULE, args].concat())
}

#[test]
fn a_good_file_has_no_problems() {
    let folder = Folder::with(&[("Dockerfile", GOOD)]);
    let run = check(&folder, &[]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "no problems in 1 file\n", ""));
    assert_eq!(check(&folder, &["--quiet"]).out, "");
    assert_eq!(check(&folder, &["--format", "concise"]).out, "");
}

#[test]
fn a_finding_shows_its_lines_and_what_to_do() {
    let folder = Folder::with(&[("Dockerfile", BAD), ("good.dockerfile", GOOD)]);
    let run = check(&folder, &[]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.starts_with("warning[multiple-cmd-entrypoint]: "), "{run:?}");
    for part in ["--> Dockerfile:2:", "\n2 | CMD one\n  | ^", "\n3 | CMD two\n  | -", "= help: ", "= fix (safe): "] {
        assert!(run.out.contains(part), "no {part:?} in {}", run.out);
    }
    assert!(run.out.ends_with("\n1 problem (1 warning) in 1 of 2 files; 1 fixable with --fix\n"), "{}", run.out);
    assert!(!run.out.contains('\x1B'));
}

#[test]
fn json_points_into_the_bytes() {
    let marked = [b"\xEF\xBB\xBF", BAD].concat();
    let folder = Folder::with(&[("Dockerfile", &marked)]);
    let json = check(&folder, &["--format", "json"]).json();
    let finding = &json["diagnostics"][0];
    assert_eq!(json["version"], 1);
    assert_eq!(json["summary"]["warnings"], 1);
    assert_eq!((&finding["path"], &finding["line"]), (&"Dockerfile".into(), &2.into()));
    match env!("CARGO_PKG_REPOSITORY") {
        "" => assert_eq!(finding["url"], serde_json::Value::Null, "an address that nobody knows is none"),
        url => assert_eq!(finding["url"], format!("{url}/blob/main/rules/metadata/multiple_cmd_entrypoint.md")),
    }
    let offset = finding["offset"].as_u64().unwrap() as usize;
    let end = offset + finding["length"].as_u64().unwrap() as usize;
    assert!("CMD one".contains(std::str::from_utf8(&marked[offset..end]).unwrap()));
    let mut fixed = marked.clone();
    for edit in finding["fix"]["edits"].as_array().unwrap().iter().rev() {
        let start = edit["offset"].as_u64().unwrap() as usize;
        let end = start + edit["length"].as_u64().unwrap() as usize;
        fixed.splice(start..end, edit["text"].as_str().unwrap().bytes());
    }
    assert_eq!(check(&folder, &["--fix"]).code, 0);
    assert_eq!(folder.read("Dockerfile"), fixed, "what JSON describes is what --fix does");
}

#[test]
fn concise_is_one_line_for_each() {
    let folder = Folder::with(&[("Dockerfile", BAD)]);
    let run = check(&folder, &["--format", "concise"]);
    assert_eq!(run.out.lines().count(), 1, "{run:?}");
    assert!(run.out.starts_with("Dockerfile:2:"), "{run:?}");
    assert!(run.out.contains(": warning[multiple-cmd-entrypoint] "), "{run:?}");
}

#[test]
fn fail_on_decides_the_exit_code() {
    let folder = Folder::with(&[("Dockerfile", BAD)]);
    for (level, code) in [("error", 0), ("warning", 1), ("info", 1), ("style", 1), ("never", 0)] {
        assert_eq!(check(&folder, &["--fail-on", level]).code, code, "{level}");
    }
    let missing = check(&folder, &["--fail-on", "never", "Dockerfile", "missing"]);
    assert_eq!(missing.code, 2, "what could not be done outweighs findings: {missing:?}");
}

#[test]
fn select_and_ignore() {
    let folder = Folder::with(&[("Dockerfile", BAD)]);
    let found = |args: &[&str]| {
        let json = folder.run(&[&["check", "--format", "json"], args].concat()).json();
        let rules: Vec<String> = json["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["rule"].as_str().unwrap().to_owned())
            .collect();
        rules.contains(&"multiple-cmd-entrypoint".to_owned())
    };
    assert!(found(&[]));
    assert!(found(&["--select", "metadata"]));
    assert!(!found(&["--select", "path,user"]));
    assert!(!found(&["--ignore", "metadata"]));
    assert!(found(&["--ignore", "metadata", "--select", "multiple-cmd-entrypoint"]));
    assert!(!found(&["--select", "metadata", "--ignore", "path", "--ignore", "multiple-cmd-entrypoint"]));
}

#[test]
fn output_goes_to_a_file() {
    let folder = Folder::with(&[("Dockerfile", BAD)]);
    let run = check(&folder, &["--format", "json", "--output", "report.json"]);
    assert_eq!((run.code, run.out.as_str()), (1, ""));
    let json: serde_json::Value = serde_json::from_slice(&folder.read("report.json")).unwrap();
    assert_eq!(json["diagnostics"].as_array().unwrap().len(), 1);
}

#[test]
fn colours_are_for_those_who_ask() {
    let folder = Folder::with(&[("Dockerfile", BAD)]);
    assert!(check(&folder, &["--color", "always"]).out.contains("\x1B[1;33mwarning"));
    assert!(!check(&folder, &["--color", "never"]).out.contains('\x1B'));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = Folder::new();
    for index in 0..300 {
        folder.write(&format!("{index}.dockerfile"), BAD);
    }
    for args in [&["check", "--fail-on", "never"][..], &["completions", "zsh"], &["rules"]] {
        let mut command = wlint(folder.0.path());
        let mut child = command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{args:?}");
    }
}

#[test]
fn a_finding_shows_what_the_builder_sees() {
    let folder =
        Folder::with(&[("Dockerfile", b"FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nWORKDIR C:\\app\\bin\n")]);
    let run = folder.run(&["check", "--select", "backslash-eaten-in-path"]);
    assert_eq!(run.code, 1, "{run:?}");
    for part in ["error[backslash-eaten-in-path]: ", "\n2 | WORKDIR C:\\app\\bin\n  | ", "= the builder sees: "] {
        assert!(run.out.contains(part), "no {part:?} in {}", run.out);
    }
}
