//! What the documents show is what the command prints: the README's examples and the help. `cargo bless` writes it.

#[path = "../../tests/src/shown.rs"]
mod shown;

use std::process::Command;

use shown::{golden, readme, root};

const OPEN: &str = "<!-- output: wbuild ";
const CLOSE: &str = "<!-- /output -->";

/// What the command prints at the root of the workspace, with a store and a place for images of its own.
fn output(command: &str) -> String {
    let place = tempfile::tempdir().expect("a folder can be made");
    let image = format!("oci:{}/site:v1", place.path().display());
    let words = command.split_whitespace().map(|word| word.replace("oci:target/site:v1", &image));
    let run = Command::new(env!("CARGO_BIN_EXE_wbuild"))
        .args(words)
        .current_dir(root())
        .env("WBUILD_STORE", place.path().join("store"))
        .env_remove("SOURCE_DATE_EPOCH")
        .env_remove("COLUMNS")
        .output()
        .expect("wbuild can be started");
    assert!(run.status.success(), "{command}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("the output is UTF-8").replace("\r\n", "\n")
}

#[test]
fn the_output_in_the_readme_is_real() {
    let readme = readme();
    let mut parts = readme.split(OPEN);
    let mut wanted = parts.next().expect("a text has a first part").to_owned();
    for part in parts {
        let command = part.split(" -->").next().expect("the marker ends");
        let rest = &part[part.find(CLOSE).expect("the output ends")..];
        let shown = output(command);
        assert!(!shown.is_empty(), "{command} prints something");
        wanted += &format!("{OPEN}{command} -->\n```text\n$ wbuild {command}\n{}\n```\n{rest}", shown.trim_end());
    }
    assert!(wanted.matches(OPEN).count() >= 2, "the README shows a plan and a build");
    golden(&root().join("README.md"), &wanted);
}

#[test]
fn the_help_is_reviewed_when_it_changes() {
    shown::help("wbuild", |words| output(&words.join(" ")).replace("wbuild.exe", "wbuild"));
}
