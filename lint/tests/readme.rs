//! What the README shows is what the command prints. `cargo bless` writes it.

use std::fs;
use std::path::Path;
use std::process::Command;

const OPEN: &str = "<!-- output: ";
const CLOSE: &str = "<!-- /output -->";

#[test]
fn the_output_in_the_readme_is_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace");
    let path = root.join("README.md");
    let readme = fs::read_to_string(&path).expect("the README can be read").replace("\r\n", "\n");
    let start = readme.find(OPEN).expect("the README shows an output");
    let command = readme[start + OPEN.len()..].split(" -->").next().expect("the marker ends");
    let end = start + readme[start..].find(CLOSE).expect("the output ends");
    let words: Vec<&str> = command.split_whitespace().skip(1).collect();
    let run = Command::new(env!("CARGO_BIN_EXE_wlint"))
        .args(&words)
        .current_dir(root)
        .output()
        .expect("wlint can be started");
    let output = String::from_utf8(run.stdout).expect("the report is UTF-8").replace("\r\n", "\n");
    assert!(output.contains("error["), "the README shows a finding");
    let shown = format!("{OPEN}{command} -->\n```text\n$ {command}\n{}\n```\n", output.trim_end());
    let wanted = format!("{}{shown}{}", &readme[..start], &readme[end..]);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, wanted).expect("the README can be written");
    } else {
        assert_eq!(readme, wanted, "run `cargo bless`");
    }
}
