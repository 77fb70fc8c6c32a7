//! Images that are tried out before they go anywhere.

use std::time::Duration;

use wbuild::engine::{Probe, State, Verify, VerifyError};
use wbuild::failure::{Exit, Failure};
use wbuild::image::Healthcheck;

use crate::kit::{Kit, base_image, left_behind};

/// The base with a command and maybe a health check.
fn image(session: &wbuild::engine::Session, command: &str, health: Option<&str>) -> String {
    let State { image, mut config } = session.base(&base_image(), None).unwrap();
    config.config.cmd = Some(["sh", "-c", command].map(str::to_owned).to_vec());
    config.config.healthcheck = health.map(|line| Healthcheck {
        test: vec!["CMD-SHELL".to_owned(), line.to_owned()],
        interval: 200_000_000,
        timeout: 2_000_000_000,
        retries: 1,
        ..Healthcheck::default()
    });
    session.finish(&State { image, config }, &[]).unwrap()
}

fn tried(command: &str, health: Option<&str>, probe: Probe, seconds: u64) -> Result<(), VerifyError> {
    let kit = Kit::new();
    let session = kit.open();
    let image = image(&session, command, health);
    let result = session.verify(&image, &Verify { probe, within: Duration::from_secs(seconds) });
    drop(session);
    assert_eq!(left_behind(kit.area.path()), Vec::<String>::new());
    result
}

#[test]
fn a_healthcheck_decides() {
    tried("sleep 0.5; touch /tmp/up; sleep 60", Some("test -e /tmp/up"), Probe::Health, 20).unwrap();
    let error = tried("echo hello; sleep 60", Some("false"), Probe::Health, 3).unwrap_err();
    let VerifyError::NotHealthy { log, last, .. } = &error else { panic!("{error}") };
    assert_eq!((log.as_slice(), last.contains("unhealthy")), (["hello".to_owned()].as_slice(), true));
    assert_eq!(Failure::from(error).exit, Exit::Step);
    let error = tried("sleep 60", None, Probe::Health, 3).unwrap_err();
    assert!(matches!(error, VerifyError::NoProbe), "{error}");
}

#[test]
fn a_command_decides() {
    let probe = || Probe::Command("test -e /tmp/up".to_owned());
    tried("sleep 0.5; touch /tmp/up; sleep 60", None, probe(), 20).unwrap();
    let error = tried("sleep 60", None, probe(), 1).unwrap_err();
    assert!(error.to_string().contains("the command ended with 1"), "{error}");
}

#[test]
fn an_image_that_does_not_stay_up_is_told_with_its_log() {
    let error = tried("echo no configuration; exit 7", None, Probe::Command("true".to_owned()), 20).unwrap_err();
    let VerifyError::Ended { code: 7, log, .. } = &error else { panic!("{error}") };
    assert_eq!(log.as_slice(), ["no configuration"]);
    assert!(Failure::from(error).shown(false).contains("| no configuration"));
}
