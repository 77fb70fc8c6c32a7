//! What the README shows is what the command prints. `cargo bless` writes it.

use std::fs;
use std::path::Path;
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
        .output()
        .expect("wbuild can be started");
    assert!(run.status.success(), "{command}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("the output is UTF-8").replace("\r\n", "\n")
}

#[test]
fn the_output_in_the_readme_is_real() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace");
    let path = root.join("README.md");
    let readme = fs::read_to_string(&path).expect("the README can be read").replace("\r\n", "\n");
    let mut parts = readme.split(OPEN);
    let mut wanted = parts.next().expect("a text has a first part").to_owned();
    for part in parts {
        let command = part.split(" -->").next().expect("the marker ends");
        let rest = &part[part.find(CLOSE).expect("the output ends")..];
        let shown = output(command, root);
        assert!(!shown.is_empty(), "{command} prints something");
        wanted += &format!("{OPEN}{command} -->\n```text\n$ wbuild {command}\n{}\n```\n{rest}", shown.trim_end());
    }
    assert!(wanted.matches(OPEN).count() >= 2, "the README shows a plan and a build");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, wanted).expect("the README can be written");
    } else {
        assert_eq!(readme, wanted, "README.md: run `cargo bless`");
    }
}
