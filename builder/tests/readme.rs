//! What the documents show is what the command prints: the README's examples and the help. `cargo bless` writes it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const OPEN: &str = "<!-- output: wbuild ";
const CLOSE: &str = "<!-- /output -->";

/// What the command prints at the root of the workspace, with a store and a place for images of its own.
fn output(command: &str, root: &Path) -> String {
    let place = tempfile::tempdir().expect("a folder can be made");
    let image = format!("oci:{}/site:v1", place.path().display());
    let words = command.split_whitespace().map(|word| word.replace("oci:target/site:v1", &image));
    let run = Command::new(env!("CARGO_BIN_EXE_wbuild"))
        .args(words)
        .current_dir(root)
        .env("WBUILD_STORE", place.path().join("store"))
        .env_remove("SOURCE_DATE_EPOCH")
        .env_remove("COLUMNS")
        .output()
        .expect("wbuild can be started");
    assert!(run.status.success(), "{command}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("the output is UTF-8").replace("\r\n", "\n")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace").to_owned()
}

/// Compares a file with what it should hold, or writes it.
fn golden(path: &Path, wanted: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, wanted).expect("the golden file can be written");
    } else {
        let found = fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
        assert_eq!(found, wanted, "{}: run `cargo bless`", path.display());
    }
}

#[test]
fn the_output_in_the_readme_is_real() {
    let root = root();
    let path = root.join("README.md");
    let readme = fs::read_to_string(&path).expect("the README can be read").replace("\r\n", "\n");
    let mut parts = readme.split(OPEN);
    let mut wanted = parts.next().expect("a text has a first part").to_owned();
    for part in parts {
        let command = part.split(" -->").next().expect("the marker ends");
        let rest = &part[part.find(CLOSE).expect("the output ends")..];
        let shown = output(command, &root);
        assert!(!shown.is_empty(), "{command} prints something");
        wanted += &format!("{OPEN}{command} -->\n```text\n$ wbuild {command}\n{}\n```\n{rest}", shown.trim_end());
    }
    assert!(wanted.matches(OPEN).count() >= 2, "the README shows a plan and a build");
    golden(&path, &wanted);
}

#[test]
fn the_help_is_reviewed_when_it_changes() {
    let help = |command: &str| output(command, &root()).replace("wbuild.exe", "wbuild");
    let all = help("--help");
    let commands =
        all.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("there are commands");
    let names = commands.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let mut page = format!("# The command line of wbuild\n\n```text\n$ wbuild --help\n{}\n```\n", all.trim_end());
    for name in names.filter(|name| !["", "help"].contains(name)) {
        let help = help(&format!("{name} --help"));
        page += &format!("\n```text\n$ wbuild {name} --help\n{}\n```\n", help.trim_end());
    }
    golden(&root().join("docs/command-line/wbuild.md"), &page);
}
