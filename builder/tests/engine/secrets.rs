//! A secret reaches its step and nothing else.

use wbuild::engine::{EngineError, SecretError};
use wbuild::failure::{Exit, Failure};

use crate::kit::{Kit, base_image, docker, engine_host, left_behind, run, secret, step_with};
use crate::proxy::Proxy;

const VALUE: &str = "correct-horse-battery-staple";

fn kit() -> Kit {
    let mut kit = Kit::new();
    kit.secrets = secret("token", VALUE);
    kit
}

#[test]
fn a_secret_reaches_its_step_as_variable_and_as_file_and_is_found_nowhere() {
    let kit = kit();
    let session = kit.open();
    let base = session.base(&base_image(), None).unwrap();
    let as_variable = step_with(
        &format!("test \"$TOKEN\" = {} && echo got $TOKEN && echo ok > /a", half()),
        &["type=secret,id=token,env=TOKEN"],
    );
    let as_file =
        step_with("test -s /run/secrets/token && cat /run/secrets/token && echo ok > /b", &["type=secret,id=token"]);
    // The command itself must not hold the value: it stands in the history.
    let first = run(&session, &base, &as_variable).unwrap();
    let second = run(&session, &first.state, &as_file).unwrap();
    let image = session.finish(&second.state, &["wbuild-test-secret:1".to_owned()]).unwrap();
    drop(session);
    let log = kit.log.text();
    assert!(log.contains("got ***") && !log.contains(VALUE), "{log}");
    for command in [&["inspect", image.as_str()][..], &["history", "--no-trunc", &image]] {
        assert!(!docker(command).contains(VALUE), "{command:?}");
    }
    assert!(!holds(&saved(&image), VALUE), "the image");
    for entry in walk(kit.area.path()) {
        assert!(!holds(&std::fs::read(&entry).unwrap_or_default(), VALUE), "{}", entry.display());
    }
    assert!(left_behind(kit.area.path()).is_empty());
    assert_eq!(docker(&["volume", "ls", "-q", "--filter", "dangling=true"]), "");
    docker(&["rmi", "-f", "wbuild-test-secret:1"]);
}

/// The value in two halves, so that the step can compare without holding it.
fn half() -> String {
    let (left, right) = VALUE.split_at(9);
    format!("{left}''{right}")
}

#[test]
fn a_step_that_writes_the_secret_down_is_not_kept() {
    let kit = kit();
    let session = kit.open();
    let base = session.base(&base_image(), None).unwrap();
    for (place, command) in
        [("etc/npmrc", "echo key=$TOKEN > /etc/npmrc"), ("etc/b64", "printf x$TOKEN= | base64 > /etc/b64")]
    {
        let error = run(&session, &base, &step_with(command, &["type=secret,id=token,env=TOKEN"])).unwrap_err();
        let EngineError::Secret(SecretError::Left { place: found, .. }) = &error else { panic!("{error}") };
        assert_eq!(found, place);
        let failure = Failure::from(error);
        assert_eq!(failure.exit, Exit::Layer);
        assert!(!failure.shown(false).contains(VALUE));
    }
    drop(session);
    assert!(left_behind(kit.area.path()).is_empty());
}

#[test]
fn a_failed_step_does_not_show_the_secret() {
    let mut kit = kit();
    kit.settings.keep_failed = true;
    let session = kit.open();
    let base = session.base(&base_image(), None).unwrap();
    let step = step_with("echo it was $TOKEN; exit 3", &["type=secret,id=token,env=TOKEN"]);
    let error = run(&session, &base, &step).unwrap_err();
    let debug = format!("{error:?}");
    let shown = format!("{debug} {}", Failure::from(error));
    assert!(shown.contains("it was ***") && shown.contains("not kept") && !shown.contains(VALUE), "{shown}");
    drop(session);
    assert!(left_behind(kit.area.path()).is_empty());
}

#[test]
fn no_commit_ever_carries_the_secret() {
    let mut kit = kit();
    let proxy = Proxy::start(&engine_host());
    kit.host.clone_from(&proxy.host);
    let session = kit.open();
    let base = session.base(&base_image(), None).unwrap();
    run(&session, &base, &step_with("echo ok > /c", &["type=secret,id=token,env=TOKEN"])).unwrap();
    // The value is in no address; what a commit sends is looked at in the image that it makes.
    assert!(proxy.seen().iter().all(|request| !request.contains(VALUE)));
    assert!(proxy.seen().iter().any(|request| request.contains("/commit")));
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn saved(image: &str) -> Vec<u8> {
    let output =
        std::process::Command::new("docker").env("DOCKER_HOST", engine_host()).args(["save", image]).output().unwrap();
    assert!(output.status.success() && output.stdout.len() > 1_000_000);
    output.stdout
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.flat_map(|entry| if entry.path().is_dir() { walk(&entry.path()) } else { vec![entry.path()] }).collect()
}
