//! Images that are tried out before they go anywhere.

use std::time::Duration;

use wbuild::engine::{Probe, Verify, VerifyError};
use wbuild::failure::{Exit, Failure};

use crate::kit::{Kit, base_image, docker, left_behind};
use crate::project::sh;

/// The base with a command and maybe a health check.
fn image(command: &str, health: Option<&str>) -> String {
    let mut changes = vec!["-c".to_owned(), format!("CMD {}", sh(command))];
    if let Some(line) = health {
        let options = "--interval=200ms --timeout=2s --retries=1";
        changes.extend(["-c".to_owned(), format!("HEALTHCHECK {options} CMD {}", sh(line))]);
    }
    let container = docker(&["create", &base_image(), "sh"]);
    let words: Vec<&str> = changes.iter().map(String::as_str).collect();
    let image = docker(&[&["commit"][..], &words, &[&container]].concat());
    docker(&["rm", &container]);
    image
}

fn tried(command: &str, health: Option<&str>, probe: Probe, seconds: u64) -> Result<(), VerifyError> {
    let kit = Kit::new();
    let session = kit.open();
    let image = image(command, health);
    let result = session.verify(&image, &Verify { probe, within: Duration::from_secs(seconds) });
    drop(session);
    docker(&["rmi", "-f", &image]);
    assert_eq!(left_behind(kit.area.path()), Vec::<String>::new());
    result
}

/// An image that says hello and whose check fails, given ever more time until both have happened.
fn unhealthy() -> VerifyError {
    let mut seconds = 2;
    loop {
        let error = tried("echo hello; sleep 3600", Some("false"), Probe::Health, seconds).unwrap_err();
        let VerifyError::NotHealthy { log, last, .. } = &error else { panic!("{error}") };
        if last.contains("unhealthy") && log.as_slice() == ["hello"] {
            return error;
        }
        assert!(seconds < 600, "{error}: {log:?}");
        seconds *= 3;
    }
}

#[test]
fn a_healthcheck_decides() {
    tried("sleep 0.5; touch /tmp/up; sleep 3600", Some("test -e /tmp/up"), Probe::Health, 600).unwrap();
    assert_eq!(Failure::from(unhealthy()).exit, Exit::Step);
    let error = tried("sleep 3600", None, Probe::Health, 3).unwrap_err();
    assert!(matches!(error, VerifyError::NoProbe), "{error}");
}

#[test]
fn a_command_decides() {
    let probe = || Probe::Command("test -e /tmp/up".to_owned());
    tried("sleep 0.5; touch /tmp/up; sleep 3600", None, probe(), 600).unwrap();
    let error = tried("sleep 3600", None, probe(), 1).unwrap_err();
    assert!(error.to_string().contains("the command ended with 1"), "{error}");
}

#[test]
fn an_image_that_does_not_stay_up_is_told_with_its_log() {
    let error = tried("echo no configuration; exit 7", None, Probe::Command("false".to_owned()), 600).unwrap_err();
    let VerifyError::Ended { code: 7, log, .. } = &error else { panic!("{error}") };
    assert_eq!(log.as_slice(), ["no configuration"]);
    assert!(Failure::from(error).shown(false).contains("| no configuration"));
}
