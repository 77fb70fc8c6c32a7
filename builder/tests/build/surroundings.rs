//! What is around a build takes no part in it: another umask, time zone, number of threads and folder give the same image.

use crate::scratch::{Scratch, said};
use wbuild::image::Digest;

const WINDOWS: &str = "FROM base\nWORKDIR /app\nCOPY . /app/\nCOPY <<EOF /app/inline.txt\ntext\nEOF\n";
const LINUX: &str = "FROM scratch\nWORKDIR /app\nCOPY . /app/\nCOPY <<EOF /app/inline.txt\ntext\nEOF\n";

/// A context in a folder of its own, with a file of several blocks.
fn context(dockerfile: &str) -> Scratch {
    let scratch = Scratch::new();
    let text: String = (0..400_000).map(|line| format!("line {line}\n")).collect();
    scratch.file("Dockerfile", dockerfile).file(".dockerignore", "Dockerfile\n.dockerignore\n");
    scratch.file("long.txt", text).file("folder/é.txt", "text").file("folder/empty", "");
    scratch
}

/// Builds with these variables and arguments, under this umask where the system has one; gives the image's digest.
fn digest(scratch: &Scratch, umask: &str, variables: &[(&str, &str)], more: &[&str]) -> String {
    let mut command = scratch.build_command(more);
    if cfg!(unix) {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", "umask \"$0\" && exec \"$@\"", umask]).arg(command.get_program()).args(command.get_args());
        shell.current_dir(command.get_current_dir().expect("a build runs in its context"));
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        command = shell;
    }
    let answer = said(command.env("SOURCE_DATE_EPOCH", "1700000000").envs(variables.iter().copied()));
    assert_eq!(answer.code, 0, "{}", answer.err);
    answer.out.trim().to_owned()
}

#[test]
fn umask_time_zone_threads_and_folder_change_no_byte() {
    for dockerfile in [WINDOWS, LINUX] {
        let expected = digest(&context(dockerfile), "022", &[("TZ", "UTC")], &["--jobs", "1"]);
        assert!(expected.parse::<Digest>().is_ok(), "{expected}");
        for (umask, zone, jobs) in [("000", "Asia/Tokyo", "2"), ("027", "America/New_York", "7"), ("077", "UTC", "1")] {
            let scratch = context(dockerfile);
            let found = digest(&scratch, umask, &[("TZ", zone), ("LC_ALL", "C")], &["--jobs", jobs]);
            assert_eq!(found, expected, "umask {umask}, {zone}, {jobs} threads: {dockerfile}");
        }
    }
}

/// A checkout under another umask gives files other modes, which a Windows image does not have.
#[cfg(unix)]
#[test]
fn modes_of_files_count_in_linux_images_only() {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    for (dockerfile, is_same) in [(WINDOWS, true), (LINUX, false)] {
        let (open, closed) = (context(dockerfile), context(dockerfile));
        for (scratch, mode) in [(&open, 0o644), (&closed, 0o600)] {
            let file = scratch.context().join("long.txt");
            fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
        }
        let built = [&open, &closed].map(|scratch| digest(scratch, "022", &[], &[]));
        assert_eq!(built[0] == built[1], is_same, "{dockerfile}");
    }
}
