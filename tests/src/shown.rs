//! What the documents show of a command is what it prints. The tests of both commands include this file, since only a
//! command's own tests know where it was built; `cargo bless` rewrites the documents.

use std::fs;
use std::path::{Path, PathBuf};

/// The root of the workspace, of whose crate this is included.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace").to_owned()
}

/// The README.
pub fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("the README can be read").replace("\r\n", "\n")
}

/// Compares a file with what it should hold, or writes it.
pub fn golden(path: &Path, wanted: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, wanted).expect("the golden file can be written");
    } else {
        let found = fs::read_to_string(path).unwrap_or_default().replace("\r\n", "\n");
        assert_eq!(found, wanted, "{}: run `cargo bless`", path.display());
    }
}

/// Holds the page of a command line against what the command prints for these words: its help, and that of each of its
/// commands.
pub fn help(name: &str, output: impl Fn(&[&str]) -> String) {
    let all = output(&["--help"]);
    let commands =
        all.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("there are commands");
    let names = commands.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let mut page = format!("# The command line of {name}\n\n```text\n$ {name} --help\n{}\n```\n", all.trim_end());
    for command in names.filter(|command| !["", "help"].contains(command)) {
        let help = output(&[command, "--help"]);
        page += &format!("\n```text\n$ {name} {command} --help\n{}\n```\n", help.trim_end());
    }
    golden(&root().join(format!("docs/command-line/{name}.md")), &page);
}
