//! Mending: on disk, as a diff, and on standard input.

use std::fs;
use std::process::Stdio;

use crate::Folder;

const BAD: &[u8] = b"\xEF\xBB\xBFFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\r\nCMD one\r\nCMD two\r\n";
const RULE: &[&str] = &["--select", "multiple-cmd-entrypoint"];

fn check(folder: &Folder, args: &[&str]) -> crate::Run {
    folder.run(&[&["check"], RULE, args].concat())
}

#[test]
fn a_fix_mends_and_keeps_what_it_need_not_change() {
    let folder = Folder::with(&[("Dockerfile", BAD), ("other.dockerfile", BAD)]);
    let run = check(&folder, &["--fix"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    assert_eq!(run.out, "fixed 2 problems in 2 files; no problems in 2 files\n");
    let fixed = folder.read("Dockerfile");
    assert_ne!(fixed, BAD);
    assert!(fixed.starts_with(b"\xEF\xBB\xBF"));
    assert_eq!(fixed.iter().filter(|&&b| b == b'\n').count(), fixed.windows(2).filter(|p| p == b"\r\n").count());
    let again = check(&folder, &["--fix"]);
    assert_eq!(again.out, "no problems in 2 files\n");
    assert_eq!(folder.read("Dockerfile"), fixed);
    assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 2, "nothing is left beside the files");
}

#[test]
fn a_diff_changes_nothing() {
    let folder = Folder::with(&[("Dockerfile", BAD)]);
    let run = check(&folder, &["--diff"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.starts_with("--- a/Dockerfile\n+++ b/Dockerfile\n@@ "), "{run:?}");
    assert!(run.out.contains("\n-CMD one\r\n"), "{run:?}");
    assert_eq!(run.err, "would fix 1 problem in 1 file\n");
    assert_eq!(folder.read("Dockerfile"), BAD);
    check(&folder, &["--fix"]);
    let clean = check(&folder, &["--diff"]);
    assert_eq!((clean.code, clean.out.as_str()), (0, ""), "{clean:?}");
}

#[test]
fn standard_input_comes_out_fixed() {
    let folder = Folder::with(&[("Dockerfile", BAD)]);
    let args = [&["check"], RULE, &["--fix", "-"]].concat();
    let run = folder.run_with(&args, BAD);
    assert_eq!((run.code, run.err.as_str()), (0, "fixed 1 problem in 1 file; no problems in 1 file\n"));
    check(&folder, &["--fix"]);
    assert_eq!(run.out.as_bytes(), folder.read("Dockerfile"));
    // What needs no fix comes out as it went in.
    assert_eq!(folder.run_with(&args, run.out.as_bytes()).out, run.out);
}

#[test]
fn a_file_that_may_not_be_written_is_named_and_the_others_are_fixed() {
    let folder = Folder::with(&[("a.dockerfile", BAD), ("b.dockerfile", BAD)]);
    let mut permissions = fs::metadata(folder.path("a.dockerfile")).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(folder.path("a.dockerfile"), permissions.clone()).unwrap();
    let run = check(&folder, &["--fix"]);
    run.refused(&["wlint: a.dockerfile: ", "read-only", "make it writable"]);
    assert!(run.out.contains("--> a.dockerfile:2:"), "what was not fixed is still reported: {run:?}");
    assert!(run.out.contains("fixed 1 problem in 1 file; 1 problem (1 warning) in 1 of 2 files"), "{run:?}");
    assert_eq!(folder.read("a.dockerfile"), BAD);
    assert_ne!(folder.read("b.dockerfile"), BAD);
    // Windows deletes no read-only file when the test ends.
    #[allow(clippy::permissions_set_readonly_false)]
    permissions.set_readonly(false);
    fs::set_permissions(folder.path("a.dockerfile"), permissions).unwrap();
}

#[test]
fn a_missing_directive_is_put_first() {
    let file = b"FROM mcr.microsoft.com/windows/servercore:ltsc2022\r\nRUN mkdir C:\\a && `\r\n    mkdir C:\\b\r\n";
    let folder = Folder::with(&[("Dockerfile", file)]);
    let run = folder.run(&["check", "--select", "backtick-continuation-without-directive", "--fix"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(folder.read("Dockerfile"), [b"# escape=`\r\n", &file[..]].concat());
}

#[test]
fn utf16_becomes_utf8() {
    let text = "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\r\nLABEL a=\"ä\"\r\n";
    let bytes: Vec<u8> = format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let folder = Folder::with(&[("Dockerfile", &bytes)]);
    let select = ["check", "--select", "utf16-dockerfile"];
    let json = folder.run(&[&select[..], &["--format", "json"]].concat()).json();
    let edit = &json["diagnostics"][0]["fix"]["edits"][0];
    assert_eq!((&edit["offset"], &edit["length"]), (&0.into(), &bytes.len().into()));
    assert_eq!(edit["text"], text);
    let diff = folder.run(&[&select[..], &["--diff"]].concat());
    assert_eq!((diff.code, diff.out.as_str()), (1, "Dockerfile: UTF-16 (little endian) becomes UTF-8\n"));
    let run = folder.run(&[&select[..], &["--fix"]].concat());
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(folder.read("Dockerfile"), text.as_bytes());
}

#[test]
fn without_unsafe_fixes_a_suggested_fix_is_left_alone() {
    let folder = Folder::with(&[("Dockerfile", BAD)]);
    let json = folder.run(&["check", "--fix", "--format", "json"]).json();
    for finding in json["diagnostics"].as_array().unwrap() {
        assert_ne!(finding["fix"]["safety"], "safe", "every safe fix was applied: {finding}");
    }
    assert_ne!(json["summary"]["fixed"], 0);
}

#[test]
fn who_stops_reading_gets_all_files_fixed() {
    let folder = Folder::new();
    for index in 0..400 {
        folder.write(&format!("{index}.dockerfile"), BAD);
    }
    // The findings that are left, more than a pipe holds.
    let args = ["check", "--fix", "--format", "json", "--fail-on", "never"];
    let mut command = crate::wlint(folder.0.path());
    let mut child = command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    assert!((0..400).all(|index| folder.read(&format!("{index}.dockerfile")) != BAD));
}

#[test]
fn unsafe_fixes_alone_are_refused() {
    let folder = Folder::with(&[("Dockerfile", BAD)]);
    let run = check(&folder, &["--unsafe-fixes"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "{run:?}");
    assert!(run.err.contains("--fix") && run.err.contains("--diff"), "{run:?}");
    for with in ["--fix", "--diff"] {
        assert_eq!(check(&folder, &["--unsafe-fixes", with]).code, i32::from(with == "--diff"));
        folder.write("Dockerfile", BAD);
    }
}
