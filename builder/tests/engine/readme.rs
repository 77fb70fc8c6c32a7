//! The README's sample of steps on an engine: its commands, one after the other, as a user copies them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::kit::{docker, engine_host, try_docker};
use crate::project::{interrupt, spawn, text, wait_for};

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
    let mut outputs: Vec<Output> = Vec::new();
    for line in commands() {
        let output = match line.split_once(STOPPED) {
            // The shell makes way for the command, so that it gets the signal.
            Some((command, _)) => stopped(&mut shell(&format!("exec {command}"), store.path())),
            None => shell(&line, store.path()).output().unwrap(),
        };
        let expected = if line.contains(STOPPED) { 130 } else { 0 };
        assert_eq!(output.status.code(), Some(expected), "{line}\n{}", text(&output));
        outputs.push(output);
    }
    let [.., stopped, resumed, history] = &outputs[..] else { panic!("{outputs:?}") };
    assert!(text(stopped).contains("goes on from the last finished step"), "{}", text(stopped));
    // What was finished is not done again; the rest is, and then the image is tried out.
    assert_eq!(text(resumed).matches(" cached\n").count(), 2, "{}", text(resumed));
    assert!(text(resumed).contains("try out sha256:"), "{}", text(resumed));
    // Each step is a commit of its own.
    let steps = String::from_utf8_lossy(&history.stdout);
    let steps: Vec<&str> = steps.lines().filter(|line| line.contains("RUN ")).collect();
    assert!(steps.len() == 3 && steps.iter().all(|line| !line.trim_end().ends_with(" 0B")), "{steps:?}");
    docker(&["rmi", "-f", "steps:1", "steps-base:1"]);
}

/// Runs a command until the step that waits does so, and then ends it.
fn stopped(command: &mut Command) -> Output {
    let mut child = spawn(command);
    wait_for(&mut child, || {
        let running = docker(&["ps", "-q", "--no-trunc", "--filter", "label=dev.wbuild.build"]);
        running.lines().any(|id| try_docker(&["top", id]).is_ok_and(|top| top.contains("sleep 601")))
    });
    interrupt(&child);
    child.wait_with_output().unwrap()
}
