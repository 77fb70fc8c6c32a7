//! `wbuild tags` on scratch repositories, which the program `git` makes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

use std::fs;
use std::path::Path;
use std::process::Command;

use assert_cmd::Command as Cmd;
use tempfile::TempDir;

/// A repository of its own, with a clock of its own.
struct Scratch {
    folder: TempDir,
    time: std::cell::Cell<u64>,
}

impl Scratch {
    fn new() -> Self {
        let scratch = Scratch { folder: tempfile::tempdir().unwrap(), time: std::cell::Cell::new(1_700_000_000) };
        fs::create_dir(scratch.path().join("work")).unwrap();
        scratch.git("init --quiet --initial-branch=main");
        scratch
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn work(&self) -> std::path::PathBuf {
        self.path().join("work")
    }

    fn git(&self, arguments: &str) {
        self.git_with(&arguments.split(' ').collect::<Vec<_>>());
    }

    fn git_with(&self, arguments: &[&str]) {
        self.time.set(self.time.get() + 60);
        let date = format!("{} +0000", self.time.get());
        let output = Command::new("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(self.work())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("HOME", self.path())
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .output()
            .expect("these tests need the program git in PATH");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {text}");
    }

    fn commit(&self, file: &str, message: &str) {
        let path = self.work().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, message).unwrap();
        self.git("add --all");
        self.git_with(&["commit", "--quiet", "--message", message]);
    }

    fn tags(&self, arguments: &[&str]) -> Ran {
        ran(&self.work(), arguments, &[])
    }
}

/// The exit code and the outputs.
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    fn list(&self) -> String {
        assert_eq!(self.code, 0, "{}", self.err);
        self.out.lines().collect::<Vec<_>>().join(" ")
    }

    fn json(&self) -> serde_json::Value {
        assert_eq!(self.code, 0, "{}", self.err);
        serde_json::from_str(&self.out).unwrap()
    }
}

fn ran(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let mut command = Cmd::new(env!("CARGO_BIN_EXE_wbuild"));
    // The service that runs these tests is not the one that they are about.
    for (name, _) in std::env::vars() {
        if ["GITHUB_", "GITLAB_", "CI_", "TF_", "BUILD_", "SYSTEM_"].iter().any(|start| name.starts_with(start)) {
            command.env_remove(name);
        }
    }
    let output =
        command.arg("tags").args(arguments).current_dir(folder).envs(variables.iter().copied()).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// A list of tags without the hash of the commit.
fn plain(list: &str) -> String {
    let words = list.split(' ').map(|word| match word.strip_prefix("sha-") {
        Some(rest) => format!("sha-*{}", &rest[7..]),
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn annotated_and_lightweight_tags_are_versions() {
    for tag in [&["tag", "--annotate", "--message", "x", "v1.2.3"][..], &["tag", "v1.2.3"]] {
        let scratch = Scratch::new();
        scratch.commit("a", "feat: a");
        scratch.git_with(tag);
        assert_eq!(plain(&scratch.tags(&[]).list()), "1.2.3 1.2 1 latest sha-* main");
        scratch.git("pack-refs --all");
        assert_eq!(plain(&scratch.tags(&[]).list()), "1.2.3 1.2 1 latest sha-* main", "packed tags are tags");
    }
}

#[test]
fn the_json_is_what_scripts_read() {
    let scratch = Scratch::new();
    fs::write(scratch.work().join("LICENSE"), "MIT License\n\nCopyright (c) me\n").unwrap();
    scratch.commit("a", "feat: a");
    scratch.git("tag v0.1.0");
    scratch.git("remote add origin https://user:secret@git.example/team/app.git");
    let value = scratch.tags(&["--format=json"]).json();
    assert_eq!(value["tags"][0], serde_json::json!({"tag": "0.1.0", "kind": "version"}));
    let labels = &value["labels"];
    let label = |name: &str| labels[format!("org.opencontainers.image.{name}")].as_str().unwrap_or_default();
    assert_eq!((label("title"), label("source"), label("licenses")), ("app", "https://git.example/team/app", "MIT"));
    assert_eq!((label("version"), label("revision").len()), ("0.1.0", 40));
    assert!(label("created").starts_with("2023-11-14T22:"), "{labels}");
    assert!(!value.to_string().contains("secret"), "{value}");
}

#[test]
fn a_changed_file_is_dirty_and_a_new_one_is_not() {
    let scratch = Scratch::new();
    scratch.commit("a", "feat: a");
    scratch.git("tag v1.0.0");
    fs::write(scratch.work().join("untracked"), "x").unwrap();
    assert_eq!(plain(&scratch.tags(&[]).list()), "1.0.0 1.0 1 latest sha-* main");
    fs::write(scratch.work().join("a"), "changed").unwrap();
    let dirty = scratch.tags(&[]);
    assert_eq!(plain(&dirty.list()), "sha-*-dirty main-dirty");
    assert!(dirty.err.contains("note: files differ from the commit"), "{}", dirty.err);
    let allowed = scratch.tags(&["--allow-dirty"]);
    assert_eq!(plain(&allowed.list()), "1.0.0 1.0 1 latest sha-*-dirty main-dirty");
    scratch.git("add --all");
    assert_eq!(plain(&scratch.tags(&[]).list()), "sha-*-dirty main-dirty", "staged is changed too");
}

#[test]
fn a_back_port_leaves_the_floats_of_later_versions() {
    let scratch = Scratch::new();
    scratch.commit("a", "feat: a");
    scratch.git("tag v1.2.8");
    scratch.git("branch release/1.2");
    scratch.commit("a", "feat!: b");
    scratch.git("tag v2.0.0");
    assert_eq!(plain(&scratch.tags(&[]).list()), "2.0.0 2.0 2 latest sha-* main");
    scratch.git("checkout --quiet release/1.2");
    scratch.commit("b", "fix: c");
    assert_eq!(scratch.tags(&["--format=json"]).json()["next"], "1.2.9");
    scratch.git("tag v1.2.9");
    let back = scratch.tags(&[]);
    assert_eq!(plain(&back.list()), "1.2.9 1.2 1 sha-* release-1.2");
    assert!(back.err.contains("`latest` stays at 2.0.0"), "{}", back.err);
}

#[test]
fn the_next_version_counts_only_what_touches_the_paths() {
    let scratch = Scratch::new();
    scratch.commit("app/a", "feat: a");
    scratch.commit("lib/a", "feat: b");
    scratch.git("tag v1.0.0");
    scratch.commit("lib/a", "feat: more of lib");
    scratch.commit("app/a", "fix: less of app");
    let next = |folder: &str, arguments: &[&str]| {
        let arguments = [&["--format=json"][..], arguments].concat();
        ran(&scratch.work().join(folder), &arguments, &[]).json()["next"].as_str().unwrap_or("none").to_owned()
    };
    assert_eq!(next(".", &[]), "1.1.0");
    assert_eq!(next(".", &["--path", "app"]), "1.0.1");
    assert_eq!(next(".", &["--path", "lib"]), "1.1.0");
    assert_eq!(next("app", &["--path", "."]), "1.0.1", "paths are read from the folder on");
    assert_eq!(next("app", &["--path", "../lib/./a"]), "1.1.0");
    assert_eq!(next(".", &["--path", "nothing"]), "none");
    let outside = scratch.tags(&["--path", "../elsewhere"]);
    assert_eq!(outside.code, 2);
    assert!(outside.err.contains("is not in the git repository"), "{}", outside.err);
}

#[test]
fn a_merge_counts_by_the_commits_it_brings() {
    let scratch = Scratch::new();
    scratch.commit("a", "feat: a");
    scratch.git("tag v1.0.0");
    scratch.git("checkout --quiet -b topic");
    scratch.commit("b", "feat: b");
    scratch.git("checkout --quiet main");
    scratch.commit("c", "docs: c");
    scratch.git("merge --quiet --no-ff --no-edit topic");
    assert_eq!(scratch.tags(&["--format=json"]).json()["next"], "1.1.0");
    assert_eq!(scratch.tags(&["--format=json", "--path", "c"]).json()["next"], serde_json::Value::Null);
}

#[test]
fn a_detached_head_has_no_branch_unless_the_service_names_one() {
    let scratch = Scratch::new();
    scratch.commit("a", "feat: a");
    scratch.git("checkout --quiet --detach");
    let detached = scratch.tags(&[]);
    assert_eq!(plain(&detached.list()), "sha-*");
    assert!(detached.err.contains("the head is detached"), "{}", detached.err);
    let github = [("GITHUB_ACTIONS", "true"), ("GITHUB_REF", "refs/heads/topic/a")];
    assert_eq!(plain(&ran(&scratch.work(), &[], &github).list()), "sha-* topic-a");
    let github = [("GITHUB_ACTIONS", "true"), ("GITHUB_REF", "refs/pull/7/merge")];
    assert_eq!(ran(&scratch.work(), &[], &github).list(), "pr-7");
}

#[test]
fn a_shallow_clone_moves_no_float() {
    let scratch = Scratch::new();
    let git = scratch.work().join(".git");
    let head = || fs::read_to_string(git.join("refs/heads/main")).unwrap();
    scratch.commit("a", "feat: a");
    let parent = head();
    scratch.commit("a", "feat: b");
    scratch.git("tag v1.0.0");
    // What a clone of depth 1 is: its commit is marked, and the one before is not there.
    fs::write(git.join("shallow"), head()).unwrap();
    let (folder, name) = parent.trim().split_at(2);
    fs::rename(git.join("objects").join(folder).join(name), scratch.path().join("gone")).unwrap();
    let shallow = scratch.work();
    let refused = ran(&shallow, &[], &[]);
    assert_eq!((refused.code, refused.out.as_str()), (2, ""));
    assert!(refused.err.contains("the clone is shallow") && refused.err.contains("fetch-depth: 0"), "{}", refused.err);
    assert_eq!(plain(&ran(&shallow, &["--no-floats"], &[]).list()), "1.0.0 sha-* main");
}

#[test]
fn what_tells_nothing_says_so() {
    let empty = Scratch::new();
    let refused = empty.tags(&[]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("has no commit yet"), "{}", refused.err);
    let nowhere = tempfile::tempdir().unwrap();
    let refused = ran(nowhere.path(), &[], &[]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("is in no git repository"), "{}", refused.err);
    let refused = ran(nowhere.path(), &["nowhere"], &[]);
    assert!(refused.err.contains("nowhere: there is no such folder"), "{}", refused.err);
    // One that cannot be opened is there.
    let broken = Scratch::new();
    fs::write(broken.work().join(".git/config"), "[core\n").unwrap();
    let refused = broken.tags(&[]);
    assert_eq!(refused.code, 2);
    let says = |words: &str| refused.err.contains(words);
    assert!(says("the git repository cannot be read") && !says("is in no git repository"), "{}", refused.err);
}

#[test]
fn a_step_of_github_gets_its_outputs_in_the_file() {
    let scratch = Scratch::new();
    scratch.commit("a", "feat: a");
    scratch.git("tag v1.2.3");
    let file = scratch.path().join("outputs");
    let file = file.to_str().unwrap();
    let done = ran(&scratch.work(), &["--format=github", "--os-version=ltsc2022"], &[("GITHUB_OUTPUT", file)]);
    assert_eq!((done.code, done.out.as_str()), (0, ""), "{}", done.err);
    let text = fs::read_to_string(file).unwrap();
    assert!(text.starts_with("tags<<end-") && text.contains("\n1.2.3-ltsc2022\n"), "{text}");
    assert!(
        text.contains("\norg.opencontainers.image.version=1.2.3\n") && text.contains("\nversion=1.2.3\n"),
        "{text}"
    );
    assert_eq!(scratch.tags(&["--format=github"]).out.lines().next().map(|line| &line[..6]), Some("tags<<"));
}
