//! What the documents show is what the command prints: the README's example and the help. `cargo bless` writes it.

#[path = "../../tests/src/shown.rs"]
mod shown;

use std::process::Command;

use shown::{golden, readme, root};

const OPEN: &str = "<!-- output: wlint ";
const CLOSE: &str = "<!-- /output -->";

/// What the command prints at the root of the workspace, with plain line ends and its plain name.
fn output(words: &[&str]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_wlint")).args(words).current_dir(root()).env_remove("COLUMNS").output();
    let printed = run.expect("wlint can be started").stdout;
    String::from_utf8(printed).expect("the output is UTF-8").replace("\r\n", "\n").replace("wlint.exe", "wlint")
}

#[test]
fn the_output_in_the_readme_is_real() {
    let readme = readme();
    let start = readme.find(OPEN).expect("the README shows an output");
    let command = readme[start + OPEN.len()..].split(" -->").next().expect("the marker ends");
    let end = start + readme[start..].find(CLOSE).expect("the output ends");
    let words: Vec<&str> = command.split_whitespace().collect();
    // The README shows paths as they are named; people on Windows see backslashes in them.
    let named = |output: String, word: &&str| output.replace(&word.replace('/', std::path::MAIN_SEPARATOR_STR), word);
    let output = words.iter().fold(output(&words), named);
    assert!(output.contains("error["), "the README shows a finding");
    let shown = format!("{OPEN}{command} -->\n```text\n$ wlint {command}\n{}\n```\n", output.trim_end());
    golden(&root().join("README.md"), &format!("{}{shown}{}", &readme[..start], &readme[end..]));
}

#[test]
fn the_help_is_reviewed_when_it_changes() {
    shown::help("wlint", output);
}

#[test]
fn the_schema_of_the_configuration_is_reviewed_when_it_changes() {
    golden(&root().join("docs/wlint.schema.json"), &output(&["schema"]));
}
