//! The docker client that a build is handed over to, where it is another than it should be.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

use crate::project::{NO_ENGINE, Project, text};

const SECRET: &str = "correct-horse-battery-staple";

/// A build with a client that is this script.
fn build(script: &str, arguments: &[&str]) -> Output {
    let project = Project::new("FROM --platform=linux/amd64 base\nRUN --mount=type=secret,id=t,env=T echo one\n");
    let bin = project.path("bin");
    std::fs::create_dir(&bin).unwrap();
    let client = bin.join("docker");
    std::fs::write(&client, format!("#!/bin/sh\n{script}")).unwrap();
    std::fs::set_permissions(&client, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let arguments = [&["--engine", "buildkit"][..], arguments].concat();
    project.plain(NO_ENGINE, &arguments).env("PATH", path).env("T", SECRET).output().unwrap()
}

#[test]
fn buildkit_gets_the_planned_dockerfile_and_all_options() {
    // It says what it was given.
    let script = "[ \"$2\" = version ] && exit\necho \"$@\"\ncat\n";
    let arguments = ["-t", "r.example/app:1", "--cache-from", "r.example/cache", "--secret", "id=t,env=T"];
    let output = build(script, &arguments);
    let text = text(&output);
    assert!(output.status.success(), "{text}");
    for part in [
        "buildx build --file - --platform linux/amd64",
        "--tag r.example/app:1",
        "--cache-from type=registry,ref=r.example/cache",
        "--secret id=t,env=T",
        "RUN --mount=type=secret,id=t,env=T echo one",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains(SECRET));
}

#[test]
fn a_client_without_buildx_is_named() {
    let output = build("echo \"docker: 'buildx' is not a docker command.\" >&2\nexit 1\n", &[]);
    assert_eq!(output.status.code(), Some(6), "{}", text(&output));
    assert!(text(&output).contains("docker on this host has no buildx"), "{}", text(&output));
    assert!(text(&output).contains("--engine docker"), "{}", text(&output));
}
