//! Builds that are interrupted, killed, doubled or left by their engine: nothing stays behind, and the next one goes on.

use wbuild::engine::{EngineError, Session, State};
use wbuild::failure::{Exit, Failure};

use crate::kit::{Kit, base_image, docker, left_behind, run, step, when_said};

/// Three steps on the base; gives how many were done before.
fn three(session: &Session, salt: &str) -> Result<(State, usize), EngineError> {
    let mut state = session.base(&base_image(), None)?;
    let mut cached = 0;
    for number in 0..3 {
        let ran = run(session, &state, &step(&format!("echo {salt} > /{number}")))?;
        cached += usize::from(ran.cached);
        state = ran.state;
    }
    Ok((state, cached))
}

#[test]
fn the_next_build_goes_on_from_the_last_good_step() {
    let kit = Kit::new();
    let session = kit.open();
    let base = session.base(&base_image(), None).unwrap();
    let first = run(&session, &base, &step("echo first > /0")).unwrap();
    run(&session, &first.state, &step("exit 1")).unwrap_err();
    drop(session);
    let session = kit.open();
    let again = run(&session, &base, &step("echo first > /0")).unwrap();
    assert!(again.cached);
    assert_eq!((again.state, again.layer), (first.state, first.layer));
}

#[test]
fn a_step_whose_image_was_pruned_is_carried_out_again() {
    let kit = Kit::new();
    let session = kit.open();
    let (state, _) = three(&session, "pruned").unwrap();
    docker(&["rmi", "-f", "--no-prune", &state.image]);
    let (again, cached) = three(&session, "pruned").unwrap();
    assert_eq!(cached, 2);
    // The step is another, but its config says when by the same clock: only the layer decides.
    assert_eq!(again.config.rootfs.diff_ids.len(), state.config.rootfs.diff_ids.len());
}

/// A step that is interrupted once the log says that; it ends so, and nothing of it stays.
fn interrupted(words: &'static str, command: &str) -> Failure {
    let kit = Kit::new();
    let session = kit.open();
    let base = session.base(&base_image(), None).unwrap();
    let interrupt = kit.interrupt.clone();
    when_said(&kit.log, words, move || interrupt.set());
    let error = run(&session, &base, &step(command)).unwrap_err();
    assert!(matches!(error, EngineError::Interrupted), "{error}");
    drop(session);
    assert_eq!(left_behind(kit.area.path()), Vec::<String>::new());
    Failure::from(error)
}

#[test]
fn ctrl_c_ends_the_step_and_leaves_nothing() {
    let failure = interrupted("| under way", "echo under way; sleep 3600");
    assert!(failure.exit == Exit::Interrupted && failure.help[0].contains("goes on"), "{failure}");
}

#[test]
fn ctrl_c_before_the_container_is_there_leaves_nothing_either() {
    // The step is named before its container is made.
    interrupted("RUN sleep 3600", "sleep 3600");
}

#[test]
fn two_builds_at_once_do_not_disturb_each_other() {
    let kit = Kit::new();
    let builds = std::thread::scope(|scope| {
        let build = || three(&kit.open(), "two at once").map(|(state, cached)| (state.image, cached));
        let builds: Vec<_> = (0..2).map(|_| scope.spawn(build)).collect();
        builds.into_iter().map(|build| build.join().unwrap().unwrap()).collect::<Vec<_>>()
    });
    // Each step was carried out by one of them, and the other took it.
    assert_eq!(builds[0].0, builds[1].0);
    assert_eq!(builds[0].1 + builds[1].1, 3, "{builds:?}");
    assert!(left_behind(kit.area.path()).is_empty());
}

#[test]
fn a_failed_container_is_kept_when_it_is_wanted() {
    let mut kit = Kit::new();
    kit.settings.keep_failed = true;
    let session = kit.open();
    let base = session.base(&base_image(), None).unwrap();
    let error = run(&session, &base, &step("echo look > /here; exit 9")).unwrap_err();
    let EngineError::Step(failed) = &error else { panic!("{error}") };
    let kept = failed.kept.clone().unwrap();
    let name = kept.split_whitespace().find(|word| word.starts_with("wbuild-failed-")).unwrap().trim_end_matches(';');
    drop(session);
    // The next build does not collect it either.
    drop(kit.open());
    assert_eq!(docker(&["diff", name]).lines().find(|line| line.ends_with("/here")), Some("A /here"));
    docker(&["rm", "-f", name]);
}
