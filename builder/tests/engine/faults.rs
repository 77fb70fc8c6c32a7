//! What only Windows says, told by a proxy in front of the real engine: every known fault and every exit code ends as
//! the table says.

use dockerfile::facts::exit_codes::{Class, Domain, EXIT_CODES};
use wbuild::engine::{Call, Ending, EngineError, Isolation, Session, State, Wanted};
use wbuild::failure::{Exit, Failure};
use wbuild::fault::{Fault, KNOWN, Retry, find};
use wbuild::image::{Digest, Platform};
use wbuild::plan;

use crate::kit::{Kit, base_image, change, engine_host, left_behind, run, step};
use crate::proxy::{Act, Proxy};

/// A step that no record knows.
fn fresh(name: &str) -> plan::Step {
    let mut step = step("true");
    step.key.digest = Digest::of(name.as_bytes());
    step
}

struct Behind {
    kit: Kit,
    proxy: Proxy,
}

fn behind() -> Behind {
    let mut kit = Kit::new();
    let proxy = Proxy::start(&engine_host());
    kit.host.clone_from(&proxy.host);
    Behind { kit, proxy }
}

fn prepared(behind: &Behind) -> (Session, State) {
    let session = behind.kit.open();
    let base = session.base(&base_image(), None).unwrap();
    (session, base)
}

fn tries_again(fault: &Fault) -> usize {
    match fault.retry {
        Retry::Never => 0,
        Retry::Once => 1,
        Retry::Backoff => 4,
    }
}

#[test]
fn every_known_fault_is_tried_again_as_the_table_says() {
    let behind = behind();
    let (session, base) = prepared(&behind);
    for fault in KNOWN {
        let again = tries_again(find(fault.sample).unwrap());
        // As often as it is tried again: then the step is done.
        behind.proxy.alter("POST", "/containers/create", again, Act::Refuse(500, fault.sample.to_owned()));
        let ran = run(&session, &base, &fresh(&format!("{} passes", fault.id)));
        assert!(ran.is_ok(), "{}: {:?}", fault.id, ran.err());
        // Once more often: then it ends, with cause and remedy.
        let before = behind.proxy.seen().iter().filter(|request| request.contains("/containers/create")).count();
        behind.proxy.alter("POST", "/containers/create", again + 1, Act::Refuse(500, fault.sample.to_owned()));
        let error = run(&session, &base, &fresh(&format!("{} stays", fault.id))).unwrap_err();
        let after = behind.proxy.seen().iter().filter(|request| request.contains("/containers/create")).count();
        assert_eq!(after - before, again + 1, "{}", fault.id);
        let found = error.fault().unwrap();
        let failure = Failure::from(error);
        assert_eq!(failure.exit, Exit::Engine, "{}", fault.id);
        let text = failure.shown(false);
        assert!(text.contains(found.id) && text.contains(found.remedy), "{}: {text}", fault.id);
        behind.proxy.clear();
    }
    drop(session);
    assert_eq!(left_behind(behind.kit.area.path()), Vec::<String>::new());
}

#[test]
fn a_fault_at_the_start_and_at_the_commit_leaves_nothing() {
    let behind = behind();
    let (session, base) = prepared(&behind);
    for (index, place) in ["/start", "/commit", "/attach"].into_iter().enumerate() {
        let text = "hcsshim::PrepareLayer failed in Win32: timeout (0x5b4)";
        behind.proxy.alter("POST", place, 2, Act::Refuse(500, text.to_owned()));
        let ran = run(&session, &base, &fresh(&format!("fault {index}"))).unwrap();
        assert!(!ran.cached, "{place}");
        behind.proxy.alter("POST", place, 9, Act::Refuse(500, "No hypervisor is present on this system".to_owned()));
        let error = run(&session, &base, &fresh(&format!("fault {index} stays"))).unwrap_err();
        assert_eq!(error.fault().map(|fault| fault.id), Some("no-hypervisor"));
        behind.proxy.clear();
    }
    drop(session);
    assert_eq!(left_behind(behind.kit.area.path()), Vec::<String>::new());
}

#[test]
fn a_base_image_that_the_host_cannot_run_is_told_when_it_is_pulled() {
    let behind = behind();
    let session = behind.kit.open();
    for fault in KNOWN.iter().filter(|fault| fault.phase == wbuild::fault::Phase::Pull) {
        let again = tries_again(find(fault.sample).unwrap());
        behind.proxy.alter("POST", "/images/create", again + 1, Act::Refuse(500, fault.sample.to_owned()));
        let error = session.base("registry.invalid/base:1", None).unwrap_err();
        assert!(error.fault().is_some(), "{}: {error}", fault.id);
        behind.proxy.clear();
    }
}

/// An engine that says it runs Windows containers on this build.
fn disguised(behind: &Behind, build: u32) {
    let kernel = format!("\"10.0 {build} ({build}.1.amd64fre)\"");
    let fields = vec![("OSType", "\"windows\"".to_owned()), ("KernelVersion", kernel)];
    behind.proxy.alter("GET", "/info", usize::MAX, Act::Set(fields));
}

#[test]
fn every_exit_code_ends_as_the_table_says() {
    let behind = behind();
    disguised(&behind, 20348);
    let (session, base) = prepared(&behind);
    assert!(session.engine().is_windows());
    for row in EXIT_CODES {
        let expected_ok = matches!(row.class, Class::Success | Class::SuccessReboot | Class::Already);
        for code in [i64::from(row.code), i64::from(row.code.cast_unsigned())] {
            let name = format!("{code} {:?}", row.domain);
            behind.proxy.clear();
            let result = with_code(&behind, &session, &base, &name, code, 9, &[row.domain]);
            let text = behind.kit.log.text();
            match (result, row.class) {
                (Ok(ran), _) if expected_ok => {
                    assert_eq!(ran.code, i64::from(row.code), "{name}");
                    let noted = text.contains(&format!("ended with {}: {}", row.code, row.meaning));
                    assert_eq!(noted, row.class != Class::Success, "{name}: {text}");
                }
                (Err(EngineError::Step(failed)), Class::Retry) => assert_eq!(failed.tries, 5, "{name}"),
                (Err(EngineError::Step(failed)), Class::Failure) => {
                    assert_eq!(failed.tries, 1, "{name}");
                    let Ending::Code(judged) = &failed.ending else { panic!("{name}") };
                    assert_eq!(judged.code, i64::from(row.code), "{name}");
                    assert!(failed.to_string().contains(row.meaning), "{name}: {failed}");
                }
                (other, class) => panic!("{name} is {class:?} and gave {:?}", other.map(|ran| ran.code)),
            }
            if row.code >= 0 {
                break;
            }
        }
    }
}

#[test]
fn another_installation_is_waited_for() {
    let behind = behind();
    disguised(&behind, 20348);
    let (session, base) = prepared(&behind);
    let ran = with_code(&behind, &session, &base, "1618 once", 1618, 1, &[Domain::Msi]).unwrap();
    assert_eq!(ran.code, 0);
    assert!(behind.kit.log.text().contains("another installation is running"), "{}", behind.kit.log.text());
}

/// Carries out a step whose end the proxy alters this many times.
fn with_code(
    behind: &Behind,
    session: &Session,
    base: &State,
    name: &str,
    code: i64,
    times: usize,
    domains: &[Domain],
) -> Result<wbuild::engine::Ran, EngineError> {
    behind.proxy.alter("POST", "/wait", times, Act::Set(vec![("StatusCode", code.to_string())]));
    let mut step = fresh(name);
    if let plan::Action::Run { command, .. } = &mut step.action {
        *command = plan::Command::Exec(["sh", "-c", "true"].map(str::to_owned).to_vec());
    }
    let change = change(&base.config, name);
    session.run(base, &Call { step: &step, place: "Dockerfile:2", change: &change, domains })
}

#[test]
fn an_engine_that_does_not_fit_is_refused_before_anything_is_pulled() {
    let windows = Platform::new("windows", "amd64");
    let newer = Platform { os_version: Some("10.0.26100.1".to_owned()), ..windows.clone() };
    let bases = [("mcr.microsoft.com/windows/servercore:ltsc2025".to_owned(), newer)];
    let wanted = Wanted { platform: &windows, bases: &bases, isolation: Isolation::Default };

    let behind = behind();
    let text = Failure::from(behind.kit.open().preflight(&wanted).unwrap_err()).shown(false);
    assert!(text.contains("runs linux containers") && text.contains("--cache-from"), "{text}");

    disguised(&behind, 20348);
    let text = Failure::from(behind.kit.open().preflight(&wanted).unwrap_err()).shown(false);
    assert!(text.contains("build 26100 of Windows, and the host is 20348"), "{text}");
    assert!(!behind.proxy.seen().iter().any(|request| request.contains("/images/create")));
}
