//! What the documents show is what the command prints: the README's example and the help. `cargo bless` writes it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const OPEN: &str = "<!-- output: wlint ";
const CLOSE: &str = "<!-- /output -->";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace").to_owned()
}

/// What the command prints at the root of the workspace, with plain line ends and its plain name.
fn output(words: &[&str]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_wlint")).args(words).current_dir(root()).env_remove("COLUMNS").output();
    let printed = run.expect("wlint can be started").stdout;
    String::from_utf8(printed).expect("the output is UTF-8").replace("\r\n", "\n").replace("wlint.exe", "wlint")
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
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).expect("the README can be read").replace("\r\n", "\n");
    let start = readme.find(OPEN).expect("the README shows an output");
    let command = readme[start + OPEN.len()..].split(" -->").next().expect("the marker ends");
    let end = start + readme[start..].find(CLOSE).expect("the output ends");
    let words: Vec<&str> = command.split_whitespace().collect();
    // The README shows paths as they are named; people on Windows see backslashes in them.
    let named = |output: String, word: &&str| output.replace(&word.replace('/', std::path::MAIN_SEPARATOR_STR), word);
    let output = words.iter().fold(output(&words), named);
    assert!(output.contains("error["), "the README shows a finding");
    let shown = format!("{OPEN}{command} -->\n```text\n$ wlint {command}\n{}\n```\n", output.trim_end());
    golden(&path, &format!("{}{shown}{}", &readme[..start], &readme[end..]));
}

#[test]
fn the_help_is_reviewed_when_it_changes() {
    let help = output(&["--help"]);
    let commands =
        help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("there are commands");
    let names = commands.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let mut all = format!("# The command line of wlint\n\n```text\n$ wlint --help\n{}\n```\n", help.trim_end());
    for name in names.filter(|name| !["", "help"].contains(name)) {
        let help = output(&[name, "--help"]);
        all += &format!("\n```text\n$ wlint {name} --help\n{}\n```\n", help.trim_end());
    }
    golden(&root().join("docs/command-line/wlint.md"), &all);
}

#[test]
fn the_schema_of_the_configuration_is_reviewed_when_it_changes() {
    golden(&root().join("docs/wlint.schema.json"), &output(&["schema"]));
}
