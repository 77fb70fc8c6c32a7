//! The README's sample of steps on an engine: its commands, one after the other, as a user copies them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kit::{docker, engine_host};
use crate::project::{Followed, text};

const OPEN: &str = "<!-- sample: steps on an engine -->";
/// What stands behind a command that the user ends.
const STOPPED: &str = "# stop it with Ctrl-C";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The commands of the block behind the mark.
fn commands() -> Vec<String> {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap().replace("\r\n", "\n");
    let (_, behind) = readme.split_once(OPEN).expect("the README has the sample");
    let block = behind.trim_start().strip_prefix("```console\n").and_then(|text| text.split_once("```")).unwrap().0;
    block.lines().map(str::to_owned).collect()
}

/// A command by the shell, with the `wbuild` of this test.
fn shell(line: &str, store: &Path) -> Command {
    let bin = Path::new(env!("CARGO_BIN_EXE_wbuild")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    command.current_dir(root()).args(["-c", line]).env("PATH", path).env("WBUILD_STORE", store);
    command.env("DOCKER_HOST", engine_host()).env_remove("SOURCE_DATE_EPOCH");
    command
}

#[test]
fn the_sample_in_the_readme_does_what_it_says() {
    let store = tempfile::tempdir().unwrap();
    let mut outputs: Vec<String> = Vec::new();
    for line in commands() {
        let (code, said) = match line.split_once(STOPPED) {
            // The shell makes way for the command, so that it gets the signal.
            Some((command, _)) => stopped(&mut shell(&format!("exec {command}"), store.path())),
            None => {
                let output = shell(&line, store.path()).output().unwrap();
                (output.status.code(), text(&output))
            }
        };
        let expected = if line.contains(STOPPED) { 130 } else { 0 };
        assert_eq!(code, Some(expected), "{line}\n{said}");
        outputs.push(said);
    }
    let [.., stopped, resumed, history] = &outputs[..] else { panic!("{outputs:?}") };
    assert!(stopped.contains("goes on from the last finished step"), "{stopped}");
    // What was finished is not done again; the rest is, and then the image is tried out.
    assert_eq!(resumed.matches(" cached\n").count(), 2, "{resumed}");
    assert!(resumed.contains("try out sha256:"), "{resumed}");
    // Each step is a commit of its own.
    let steps: Vec<&str> = history.lines().filter(|line| line.contains("RUN ")).collect();
    assert!(steps.len() == 3 && steps.iter().all(|line| !line.trim_end().ends_with(" 0B")), "{steps:?}");
    docker(&["rmi", "-f", "steps:1", "steps-base:1"]);
}

/// Runs a command until the step that waits does so, and then ends it.
fn stopped(command: &mut Command) -> (Option<i32>, String) {
    let mut build = Followed::start(command);
    build.wait_for(|said| said.contains("| waiting\n"));
    build.interrupt()
}
