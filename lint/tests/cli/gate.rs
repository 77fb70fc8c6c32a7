//! `--baseline` and `--since`: only what is new fails.

use std::path::Path;
use std::process::Command;

use crate::{Folder, Run, native};

const THREE: &str = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCMD one\nCMD two\nSTOPSIGNAL SIGTERM\n";

fn rules(run: &Run) -> Vec<(String, u64)> {
    let of = |one: &serde_json::Value| (one["rule"].as_str().unwrap().to_owned(), one["line"].as_u64().unwrap());
    run.json()["diagnostics"].as_array().unwrap().iter().map(of).collect()
}

fn check(folder: &Folder, args: &[&str]) -> Run {
    folder.run(&[&["check", "--format", "json"], args].concat())
}

fn git(folder: &Folder, args: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"]);
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    let output = command.args(args).current_dir(folder.0.path()).output().expect("git is there");
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn repository(files: &[(&str, &[u8])]) -> Folder {
    let folder = Folder::with(files);
    git(&folder, &["init", "--quiet"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "-m", "first"]);
    folder
}

/// All cases of the rules that are text, in a folder.
fn cases() -> Folder {
    let folder = Folder::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("testdata");
    let mut pending = vec![root.clone()];
    while let Some(next) = pending.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("dockerfile")) {
                let name = path.strip_prefix(&root).unwrap().display().to_string();
                folder.write(&name, &std::fs::read(&path).unwrap());
            }
        }
    }
    folder
}

/// The file with lines put before its first stage, and line endings of Windows: everything moves, nothing changes.
fn moved(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))?;
    let at = text.lines().position(|line| line.to_ascii_uppercase().starts_with("FROM "))?;
    let mut lines: Vec<&str> = text.split('\n').collect();
    lines.splice(at..at, ["# moved", "", "# and moved"]);
    Some(lines.join("\n").into_bytes())
}

#[test]
fn a_baseline_knows_its_findings_when_lines_move_and_exactly_a_new_mistake_fails() {
    let folder = cases();
    let all = check(&folder, &["--fail-on", "style"]);
    let before = rules(&all).len();
    assert!(before > 300, "{before}");
    let written = folder.run(&["check", "--write-baseline", "baseline.json"]);
    assert_eq!(written.code, 0, "{written:?}");
    assert!(written.out.contains(&format!("{before} in the baseline")), "{}", written.out);
    let clean = check(&folder, &["--fail-on", "style", "--baseline", "baseline.json"]);
    assert_eq!((clean.code, rules(&clean), clean.err.as_str()), (0, vec![], ""));
    let mut files = 0;
    for entry in ignore_free_walk(folder.0.path()) {
        if let Some(bytes) = moved(&std::fs::read(&entry).unwrap()) {
            std::fs::write(&entry, bytes).unwrap();
            files += 1;
        }
    }
    assert!(files > 100, "{files}");
    let still = check(&folder, &["--fail-on", "style", "--baseline", "baseline.json"]);
    assert_eq!((still.code, rules(&still), still.err.as_str()), (0, vec![], ""));
    let sample = native("samples/aspnet-iis.Dockerfile");
    let mut text = folder.read(&sample);
    text.extend(b"\nSTOPSIGNAL SIGTERM\n");
    folder.write(&sample, &text);
    let one = check(&folder, &["--fail-on", "style", "--baseline", "baseline.json"]);
    assert_eq!(one.code, 1);
    let found = rules(&one);
    assert_eq!((found.len(), found[0].0.as_str()), (1, "stopsignal-on-windows"));
    assert_eq!(one.json()["diagnostics"][0]["path"], "samples/aspnet-iis.Dockerfile");
}

fn ignore_free_walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(ignore_free_walk(&path));
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("dockerfile")) {
            found.push(path);
        }
    }
    found
}

#[test]
fn one_more_of_the_same_is_new_and_a_step_may_grow() {
    let folder = Folder::with(&[("a/Dockerfile", THREE.as_bytes())]);
    assert_eq!(folder.run(&["check", "a", "--write-baseline", "baseline.json"]).code, 0);
    let found = |text: &str| {
        folder.write("a/Dockerfile", text.as_bytes());
        rules(&check(&folder, &["a", "--baseline", "baseline.json", "--select", "metadata"]))
    };
    assert_eq!(found(THREE), []);
    let again = THREE.replace("CMD two", "CMD one\nCMD two");
    assert_eq!(found(&again), [("multiple-cmd-entrypoint".to_owned(), 3)]);
    // The instruction changed around the text that the finding points at.
    assert_eq!(found(&THREE.replace("CMD one", "CMD one more")), []);
    // From another folder, and under another name of the folder, it is the same file.
    let json = folder.read("baseline.json");
    folder.write(
        "x/baseline.json",
        &String::from_utf8(json).unwrap().replace("a/Dockerfile", "../a/Dockerfile").into_bytes(),
    );
    folder.write("a/Dockerfile", THREE.as_bytes());
    let path = native("x/baseline.json");
    assert_eq!(rules(&check(&folder, &["./a", "--baseline", &path])), []);
}

#[test]
fn a_mistake_that_is_gone_hides_no_new_one_elsewhere() {
    let base = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n";
    let folder = Folder::with(&[("Dockerfile", format!("{base}RUN copy a b && Write-Host y\n").as_bytes())]);
    folder.run(&["check", "--select", "cmdlet-in-cmd-shell", "--write-baseline", "baseline.json"]);
    let run = |text: &str| {
        folder.write("Dockerfile", text.as_bytes());
        let select = ["--select", "cmdlet-in-cmd-shell", "--baseline", "baseline.json"];
        let run = check(&folder, &select);
        (run.code, rules(&run).iter().map(|(_, line)| *line).collect::<Vec<_>>(), run.err.contains("gone"))
    };
    // In another stage, and in another place of the same stage.
    let mended = format!("{base}RUN copy a b\n");
    let new = "RUN Write-Host new mistake > C:/z.txt\n";
    assert_eq!(run(&format!("{mended}\n{base}{new}")), (1, vec![5], true));
    assert_eq!(run(&format!("{mended}WORKDIR C:/a\n{new}")), (1, vec![4], true));
    // The step grew.
    assert_eq!(run(&format!("{base}RUN copy a b && copy c d && Write-Host y\n{base}")), (0, vec![], false));
}

#[test]
fn entries_that_are_gone_are_said() {
    let folder = Folder::with(&[("Dockerfile", THREE.as_bytes()), ("b.dockerfile", THREE.as_bytes())]);
    folder.run(&["check", "--write-baseline", "baseline.json"]);
    folder.write("Dockerfile", THREE.replace("STOPSIGNAL SIGTERM\n", "").as_bytes());
    std::fs::remove_file(folder.path("b.dockerfile")).unwrap();
    let run = folder.run(&["check", "--baseline", "baseline.json"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.err.contains("note: Dockerfile: 1 finding of the baseline gone (stopsignal-on-windows)"),
        "{}",
        run.err
    );
    assert!(run.err.contains("note: b.dockerfile: the file is gone"), "{}", run.err);
    assert!(run.out.contains(" of the baseline gone"), "{}", run.out);
    assert_eq!(folder.run(&["check", "--quiet", "--baseline", "baseline.json"]).err, "");
}

#[test]
fn a_baseline_holds_no_text_and_no_secret() {
    let text = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nENV DB_PASSWORD=C4nary-Qx7!\nRUN net user bob C4nary-Qx7! /add\n";
    let folder = Folder::with(&[("Dockerfile", text.as_bytes())]);
    folder.run(&["check", "--write-baseline", "one.json"]);
    folder.write("Dockerfile", text.replace("C4nary-Qx7!", "0ther-Value?").as_bytes());
    folder.run(&["check", "--write-baseline", "two.json"]);
    let (one, two) = (folder.read("one.json"), folder.read("two.json"));
    assert_eq!(one, two, "not even a hash tells the value");
    let text = String::from_utf8(one).unwrap();
    assert!(text.contains("secret-in-env-arg") && !text.contains("C4nary") && !text.contains("bob"), "{text}");
}

#[test]
fn baselines_that_cannot_be_compared_with() {
    let folder = Folder::with(&[("Dockerfile", THREE.as_bytes())]);
    for (text, part) in [
        (
            "{\"format\":\"wlint-baseline\",\"version\":1,\"findings\":[]}",
            "it is of version 1, and this wlint reads version 2",
        ),
        ("{\"format\":\"other\",\"version\":1}", "its format is 'other'"),
        ("[]", "it is no baseline: "),
        ("{\n\"format\":\"wlint-baseline\",\n\"version\":2,\n\"findings\":[{\"path\":1}]}", "line 4 column"),
        ("{\"format\":\"wlint-baseline\"", "it is no baseline: EOF"),
    ] {
        folder.write("baseline.json", text.as_bytes());
        let run = folder.run(&["check", "--baseline", "baseline.json", "--format", "json", "-o", "report.json"]);
        run.refused(&["baseline.json: cannot compare with it: ", part, "--write-baseline baseline.json"]);
        assert!(!folder.path("report.json").exists());
    }
    folder
        .run(&["check", "--baseline", "missing.json"])
        .refused(&["missing.json: cannot read it: there is no such file"]);
    let path = native("missing/baseline.json");
    folder.run(&["check", "--write-baseline", &path]).refused(&[&path, "cannot write it"]);
    let run = folder.run(&["check", "Dockerfile", "missing", "--write-baseline", "new.json"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("new.json: did not write the baseline"), "{run:?}");
    assert!(!folder.path("new.json").exists());
}

#[test]
fn since_a_revision_only_changed_lines_count() {
    let folder = repository(&[("app/Dockerfile", THREE.as_bytes()), ("old.dockerfile", THREE.as_bytes())]);
    let found = |args: &[&str]| check(&folder, &[&["--select", "metadata", "--since", "HEAD"], args].concat());
    let run = found(&[]);
    assert_eq!((run.code, rules(&run)), (0, vec![]));
    folder
        .write("app/Dockerfile", format!("# new\n{}HEALTHCHECK NONE\n", THREE.replace("SIGTERM", "SIGINT")).as_bytes());
    assert_eq!(rules(&found(&[])), [("stopsignal-on-windows".to_owned(), 5)]);
    assert!(found(&[]).json()["summary"]["unchanged"].as_u64().unwrap() > 0);
    // A new second place of an old finding counts.
    folder.write("app/Dockerfile", THREE.replace("CMD two", "CMD 2").as_bytes());
    assert!(rules(&found(&[])).contains(&("multiple-cmd-entrypoint".to_owned(), 2)));
    // A file that git does not know is new altogether, whether ignored or not.
    folder.write("app/Dockerfile", THREE.as_bytes());
    folder.write("new file.dockerfile", THREE.as_bytes());
    folder.write("ignored.dockerfile", THREE.as_bytes());
    folder.write(".gitignore", b"ignored.*\n");
    assert!(rules(&found(&[])).len() > 1);
    assert!(rules(&found(&["ignored.dockerfile"])).len() > 1);
    assert_eq!(rules(&found(&["old.dockerfile"])), []);
    let stdin = folder.run_with(&["check", "-", "--format", "json", "--since", "HEAD"], THREE.as_bytes());
    assert!(!rules(&stdin).is_empty(), "standard input is new");
}

#[test]
fn since_counts_from_where_the_work_left_the_revision() {
    let folder = repository(&[("Dockerfile", THREE.as_bytes())]);
    git(&folder, &["checkout", "--quiet", "-b", "work"]);
    folder.write("other.txt", b"x");
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "--quiet", "-m", "work"]);
    git(&folder, &["checkout", "--quiet", "main"]);
    folder.write("Dockerfile", b"FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCMD two\n");
    git(&folder, &["commit", "--quiet", "-a", "-m", "mended on main"]);
    git(&folder, &["checkout", "--quiet", "work"]);
    let run = check(&folder, &["--since", "main", "--select", "metadata"]);
    assert_eq!(rules(&run), [], "what main mended meanwhile is not ours");
}

#[test]
fn another_escape_character_changes_every_line() {
    let text = "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nCOPY a C:\\app\\\nRUN dir\n";
    let folder = repository(&[("Dockerfile", text.as_bytes())]);
    assert_eq!(rules(&check(&folder, &["--since", "HEAD"])), []);
    folder.write("Dockerfile", text.replace("# escape=`\n", "").as_bytes());
    let found = rules(&check(&folder, &["--since", "HEAD"]));
    assert!(found.iter().any(|(rule, _)| rule == "trailing-backslash-continuation"), "{found:?}");
}

#[test]
fn revisions_that_git_does_not_know() {
    let folder = repository(&[("Dockerfile", THREE.as_bytes())]);
    for revision in ["nonsense", "--all", "HEAD:Dockerfile", ""] {
        let run = folder.run(&["check", &format!("--since={revision}"), "--format", "json", "-o", "report.json"]);
        run.refused(&[&format!("git does not know the revision '{revision}'"), "fetch"]);
        assert!(!folder.path("report.json").exists());
    }
    let outside = Folder::with(&[("Dockerfile", THREE.as_bytes())]);
    outside.run(&["check", "--since", "HEAD"]).refused(&["Dockerfile lies in no git repository"]);
    let mut command = crate::wlint(folder.0.path());
    let output = command.args(["check", "--since", "HEAD"]).env("PATH", "").output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(err.contains("--since: there is no program git in PATH"), "{err}");
}
