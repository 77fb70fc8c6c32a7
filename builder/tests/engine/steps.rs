//! Steps as they should go: their result is kept, their config is the Dockerfile's, their output is shown.

use std::time::Duration;

use wbuild::engine::{Ending, EngineError};

use crate::kit::{Kit, base_image, change, docker, left_behind, run, step, when_said};
use crate::project::GUARD;

#[test]
fn steps_build_on_each_other_and_leave_nothing_else() {
    let kit = Kit::new();
    let session = kit.open();
    let base = session.base(&base_image(), None).unwrap();
    let first = run(&session, &base, &step("echo one> /a.txt")).unwrap();
    assert!(!first.cached && first.layer.is_some());
    let second = run(&session, &first.state, &step("cat /a.txt && echo two> /b.txt")).unwrap();
    assert!(kit.log.text().contains("one"), "{}", kit.log.text());
    let image = session.finish(&second.state, &["wbuild-test-steps:1".to_owned()]).unwrap();
    let containerd = session.engine().containerd;
    drop(session);
    assert_eq!(left_behind(kit.area.path()), Vec::<String>::new());
    let history = docker(&["history", "--no-trunc", "--format", "{{.CreatedBy}}", "wbuild-test-steps:1"]);
    let lines: Vec<&str> = history.lines().take(2).collect();
    // Where images are containerd's, only the finished image of a build has the Dockerfile's words.
    let word = if containerd { "sh -c" } else { "RUN" };
    assert_eq!(lines, [format!("{word} cat /a.txt && echo two> /b.txt"), format!("{word} echo one> /a.txt")]);
    let shown = docker(&["inspect", "-f", "{{.Id}}", "wbuild-test-steps:1"]);
    assert_eq!(shown, image);
    docker(&["rmi", "-f", "wbuild-test-steps:1"]);
}

#[test]
fn what_the_container_had_is_not_in_the_config() {
    let kit = Kit::new();
    let session = kit.open();
    let base = session.base(&base_image(), None).unwrap();
    let mut step = step("test \"$VERSION\" = 7 && echo $VERSION > /v");
    step.state.args = vec![("VERSION".to_owned(), "7".to_owned())].into();
    let mut change = change(&base.config, "RUN x");
    change.config.cmd = Some(vec!["cmd /S /C dir".to_owned()]);
    change.config.args_escaped = true;
    change.config.shell = Some(vec!["powershell".to_owned(), "-Command".to_owned()]);
    change.config.labels = [("a".to_owned(), "b".to_owned())].into();
    let call = wbuild::engine::Call { step: &step, place: "Dockerfile:2", change: &change, domains: &[] };
    let ran = session.run(&base, &call).unwrap();
    let image = session.finish(&ran.state, &[]).unwrap();
    if session.engine().containerd {
        // There only the finished image of a build gets its config: `command.rs` looks at that one, on both kinds.
        return;
    }
    let shown = docker(&["inspect", "-f", "{{json .Config}}", &image]);
    assert!(!shown.contains("VERSION"), "{shown}");
    for part in
        [r#""Cmd":["cmd /S /C dir"]"#, r#""ArgsEscaped":true"#, r#""Shell":["powershell","-Command"]"#, r#"{"a":"b"}"#]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    docker(&["rmi", "-f", &image]);
}

#[test]
fn a_step_that_fails_leaves_nothing_but_its_code() {
    let kit = Kit::new();
    let session = kit.open();
    let base = session.base(&base_image(), None).unwrap();
    let error = run(&session, &base, &step("echo broken; exit 42")).unwrap_err();
    let EngineError::Step(failed) = &error else { panic!("{error}") };
    let Ending::Code(judged) = &failed.ending else { panic!("{error}") };
    assert_eq!((judged.code, failed.tries, failed.tail.as_slice()), (42, 1, ["broken".to_owned()].as_slice()));
    drop(session);
    assert!(left_behind(kit.area.path()).is_empty());
}

#[test]
fn a_step_is_tried_again_as_often_as_its_comment_says() {
    let kit = Kit::new();
    let session = kit.open();
    let base = session.base(&base_image(), None).unwrap();
    let mut step = step("exit 5");
    step.policy.retries = 2;
    let EngineError::Step(failed) = run(&session, &base, &step).unwrap_err() else { panic!() };
    assert_eq!(failed.tries, 3);
    step.policy.ok_exit = vec![5];
    let ran = run(&session, &base, &step).unwrap();
    assert_eq!((ran.code, ran.cached), (5, false));
}

#[test]
fn a_step_that_takes_too_long_is_stopped_and_not_kept() {
    let mut kit = Kit::new();
    kit.settings.timeout = Some(Duration::from_secs(1));
    let session = kit.open();
    let base = session.base(&base_image(), None).unwrap();
    let error = run(&session, &base, &step("trap exit TERM; while true; do sleep 0.1; done")).unwrap_err();
    let EngineError::Step(failed) = error else { panic!("{error}") };
    assert!(matches!(failed.ending, Ending::TimedOut(1)), "{failed}");
    drop(session);
    assert!(left_behind(kit.area.path()).is_empty());
}

#[test]
fn a_step_that_is_silent_is_reported_with_what_runs_in_it() {
    let mut silence = Duration::from_millis(300);
    loop {
        let mut kit = Kit::new();
        kit.settings.idle_timeout = Some(silence);
        let session = kit.open();
        let base = session.base(&base_image(), None).unwrap();
        let interrupt = kit.interrupt.clone();
        when_said(&kit.log, "has written nothing for", move || interrupt.set());
        // It ends when it has been reported, and not before.
        let error = run(&session, &base, &step("exec sleep 3600")).unwrap_err();
        assert!(matches!(error, EngineError::Interrupted), "{error}");
        let said = kit.log.text();
        if said.contains("s; in its container run sleep") {
            return;
        }
        // On a busy machine the shell may not have become the program yet.
        assert!(silence < GUARD, "{said}");
        silence *= 4;
    }
}

#[test]
fn a_step_that_changes_nothing_has_no_layer() {
    let kit = Kit::new();
    let session = kit.open();
    let base = session.base(&base_image(), None).unwrap();
    let ran = run(&session, &base, &step("true")).unwrap();
    assert!(ran.layer.is_none());
    assert_eq!(ran.state.config.rootfs, base.config.rootfs);
    assert!(ran.state.config.history.last().unwrap().empty_layer);
}

#[test]
fn layers_come_out_of_the_engine_byte_for_byte() {
    use std::io::Read as _;
    let kit = Kit::new();
    let session = kit.open();
    let base = session.base(&base_image(), None).unwrap();
    let first = run(&session, &base, &step("echo out1> /one")).unwrap();
    let second = run(&session, &first.state, &step("echo out2> /two")).unwrap();
    let layers = [first.layer.unwrap(), second.layer.unwrap()];
    let found = session.export(&second.state, &layers).unwrap();
    assert_eq!(found.len(), 2);
    for mut layer in found {
        let mut bytes = Vec::new();
        layer.file.read_to_end(&mut bytes).unwrap();
        assert_eq!(wbuild::image::Digest::of(&bytes), layer.diff_id);
    }
}
