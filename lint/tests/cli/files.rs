//! Which files are linted, and in which order.

use crate::{Folder, native};

const FILE: &[u8] = b"FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\n";
/// A zero byte makes each file report itself, whatever the rules think of it.
const ODD: &[u8] = b"FROM x\0\n";

/// The files that were looked at, in order, by the error that each gives.
fn seen(folder: &Folder, args: &[&str]) -> Vec<String> {
    let run = folder.run(&[&["check"], args].concat());
    let name = |line: &str| line.strip_prefix("wlint: ").unwrap().split(": cannot").next().unwrap().to_owned();
    run.err.lines().map(name).collect()
}

#[test]
fn folders_are_searched_by_name_and_in_order() {
    let folder = Folder::with(&[
        ("b/Dockerfile", ODD),
        ("b/app.DOCKERFILE", ODD),
        ("a/Dockerfile.windows", ODD),
        ("a/Containerfile", ODD),
        ("a/dockerfile", ODD),
        ("a/Dockerfile.dockerignore", ODD),
        ("a/README.md", ODD),
        (".hidden/Dockerfile", ODD),
    ]);
    let expected = ["a/Containerfile", "a/Dockerfile.windows", "a/dockerfile", "b/Dockerfile", "b/app.DOCKERFILE"];
    assert_eq!(seen(&folder, &[]), expected.map(native));
    assert_eq!(seen(&folder, &["."]), expected.map(native));
    let named = ["b/Dockerfile", "b/app.DOCKERFILE", "a/dockerfile"];
    assert_eq!(seen(&folder, &["./b/", "a//dockerfile"]), named.map(native));
}

#[test]
fn git_ignored_files_are_linted_only_when_named() {
    let folder = Folder::with(&[
        (".gitignore", b"out/\n*.tmp.dockerfile\n"),
        ("out/Dockerfile", ODD),
        ("a.tmp.dockerfile", ODD),
        ("Dockerfile", ODD),
    ]);
    assert_eq!(seen(&folder, &[]), ["Dockerfile"]);
    assert_eq!(seen(&folder, &["a.tmp.dockerfile"]), ["a.tmp.dockerfile"]);
}

#[test]
fn a_named_file_is_linted_whatever_its_name() {
    let folder = Folder::with(&[("build.txt", FILE)]);
    let run = folder.run(&["check", "--format", "json", "build.txt"]);
    assert_eq!(run.json()["files"], 1);
}

#[test]
fn each_file_is_linted_once() {
    let folder = Folder::with(&[("a/Dockerfile", FILE)]);
    let run = folder.run(&["check", "--format", "json", ".", "a", "a/Dockerfile", "./a/Dockerfile"]);
    assert_eq!(run.json()["files"], 1);
}

#[test]
fn the_order_does_not_depend_on_the_threads() {
    let folder = Folder::new();
    for index in 0..600 {
        // Some take longer than others.
        let filler = b"RUN echo a\n".repeat(if index % 50 == 0 { 2000 } else { 1 });
        folder.write(&format!("{index:03}.dockerfile"), &[&filler, ODD].concat());
    }
    let expected: Vec<String> = (0..600).map(|index| format!("{index:03}.dockerfile")).collect();
    for jobs in ["1", "2", "16"] {
        assert_eq!(seen(&folder, &["--jobs", jobs]), expected, "{jobs}");
    }
}

#[test]
fn standard_input_is_a_file() {
    let folder = Folder::new();
    let run = folder.run_with(&["check", "--format", "json", "-"], FILE);
    assert_eq!(run.json()["files"], 1);
    folder.run_with(&["check", "-"], ODD).refused(&["wlint: <stdin>: "]);
    folder.run_with(&["check", "-", "--stdin-filename", "app.Dockerfile"], ODD).refused(&["wlint: app.Dockerfile: "]);
}

#[test]
fn what_dockerignore_keeps_out_is_not_there_to_copy() {
    let text = b"FROM alpine:3.20\nCOPY bin/app /app\n";
    let folder = Folder::with(&[("a.Dockerfile", text), ("sub/Dockerfile", text), (".dockerignore", b"bin\n")]);
    let found = |args: &[&str]| {
        let run =
            folder.run(&[&["check", "--format", "concise", "--select", "copy-ignored-file", "-q"], args].concat());
        run.out.lines().map(|line| line.split(':').next().unwrap_or_default().replace('\\', "/")).collect::<Vec<_>>()
    };
    assert_eq!(found(&["."]), ["a.Dockerfile"]);
    assert_eq!(found(&["--context", ".", "."]), ["a.Dockerfile", "sub/Dockerfile"]);
    folder.write("a.Dockerfile.dockerignore", b"*.log\n");
    assert_eq!(found(&["--context", ".", "."]), ["sub/Dockerfile"]);
    assert_eq!(found(&["--builder", "classic", "."]), ["a.Dockerfile"]);
}

#[test]
fn wildcards_mean_the_same_in_every_shell() {
    let folder = Folder::with(&[
        (".gitignore", b"out/\n"),
        ("docker/a.Dockerfile", ODD),
        ("docker/b.dockerfile", ODD),
        ("docker/notes.txt", ODD),
        ("docker/deep/c.Dockerfile", ODD),
        ("out/d.Dockerfile", ODD),
    ]);
    let flat = ["docker/a.Dockerfile", "docker/b.dockerfile"].map(native);
    for pattern in [r".\docker\*.Dockerfile", "docker/*.Dockerfile", "docker/?.DOCKERFILE", "docker/{a,b}.*"] {
        assert_eq!(seen(&folder, &[pattern]), flat, "{pattern}");
    }
    let all = ["docker/a.Dockerfile", "docker/b.dockerfile", "docker/deep/c.Dockerfile"].map(native);
    assert_eq!(seen(&folder, &[r"**\*.dockerfile"]), all);
    // A folder that fits is searched as if it were named.
    assert_eq!(seen(&folder, &["docker/d*"]), ["docker/deep/c.Dockerfile"].map(native));
    folder.run(&["check", r"docker\*.df"]).refused(&["no file fits this pattern"]);
    folder.run(&["check", "docker/[a"]).refused(&["cannot be read as a pattern"]);
}
