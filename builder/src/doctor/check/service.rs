//! The engine's service: that it is registered, starts with the host, and comes back when it ends.

use super::view::told;
use super::{Area, Check, Outcome, View};
use crate::doctor::parse::{self, StartType, State};

const EVENTS: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\docker";

const fn check(id: &'static str, expected: &'static str, remedy: &'static str, look: fn(&View) -> Outcome) -> Check {
    Check { id, area: Area::Service, expected, remedy, anywhere: false, look }
}

pub const CHECKS: &[Check] = &[
    check("service-registered", "the service docker is registered", "dockerd --register-service", registered),
    check("service-running", "RUNNING", "Start-Service docker", running),
    check("service-start-type", "automatic, delayed", "sc.exe config docker start= delayed-auto", start_type),
    check(
        "service-binary",
        "dockerd.exe with --run-service",
        "dockerd --unregister-service; dockerd --register-service",
        binary,
    ),
    check(
        "service-recovery",
        "three restarts, counted for a day",
        "sc.exe failure docker reset= 86400 actions= restart/15000/restart/15000/restart/60000",
        recovery,
    ),
    check(
        "service-recovery-on-error",
        "recovery also when the service ends with an error",
        "sc.exe failureflag docker 1",
        recovery_flag,
    ),
    check("event-source", "the event source docker is registered", "dockerd --register-service", event_source),
    check(
        "host-services",
        "hns and vmcompute are there",
        "Enable-WindowsOptionalFeature -Online -FeatureName Containers -All",
        host_services,
    ),
    check(
        "start-task",
        "a task that starts the service after every start of the host",
        "wbuild doctor --script registers it",
        start_task,
    ),
    check(
        "bootstrap-task",
        "no unfinished installation of the engine",
        "Unregister-ScheduledTask -TaskName ContainerBootstrap",
        bootstrap_task,
    ),
];

/// What `sc.exe` says of the service, or that there is none.
fn of_service(view: &View, verb: &[&str], read: impl Fn(&str) -> Outcome) -> Outcome {
    told(view.service(verb).map(|text| match text {
        Some(text) => read(&text),
        None => Outcome::Unknown("the service docker is not registered".to_owned()),
    }))
}

/// Docker Desktop brings its own service, and then there need not be one of this name.
fn registered(view: &View) -> Outcome {
    told(view.service(&["query", "docker"]).and_then(|service| {
        if service.is_some() {
            return Ok(Outcome::Ok("it is".to_owned()));
        }
        Ok(match view.service(&["query", "com.docker.service"])? {
            Some(_) => Outcome::Ok("Docker Desktop's com.docker.service is there instead".to_owned()),
            None => Outcome::Problem("it is not (error 1060)".to_owned()),
        })
    }))
}

fn running(view: &View) -> Outcome {
    of_service(view, &["query", "docker"], |text| match parse::service_state(text) {
        Some(State::Running) => Outcome::Ok("RUNNING".to_owned()),
        Some(State::StartPending) => Outcome::Warning("START_PENDING".to_owned()),
        Some(state) => Outcome::Problem(format!("{state:?}").to_uppercase()),
        None => Outcome::Unknown("sc.exe names no state".to_owned()),
    })
}

fn start_type(view: &View) -> Outcome {
    of_service(view, &["qc", "docker"], |text| match parse::service_config(text).map(|config| config.start) {
        Some(StartType::Delayed) => Outcome::Ok("automatic, delayed".to_owned()),
        // The engine is registered without dependencies, so at start-up it races with the host network service.
        Some(StartType::Automatic) => Outcome::Warning("automatic, not delayed".to_owned()),
        Some(StartType::Demand) => Outcome::Problem("on demand: it is not there after a restart".to_owned()),
        Some(StartType::Disabled) => Outcome::Problem("disabled".to_owned()),
        None => Outcome::Unknown("sc.exe names no start type".to_owned()),
    })
}

fn binary(view: &View) -> Outcome {
    of_service(view, &["qc", "docker"], |text| match parse::service_config(text) {
        Some(config) if config.binary.contains("--run-service") => Outcome::Ok(config.binary),
        Some(config) => Outcome::Problem(config.binary),
        None => Outcome::Unknown("sc.exe names no program".to_owned()),
    })
}

/// The engine registers two restarts and then nothing: after two crashes in a day it stays down.
fn recovery(view: &View) -> Outcome {
    of_service(view, &["qfailure", "docker", "5000"], |text| match parse::recovery(text) {
        Some(found) if found.delays.len() >= 3 && found.reset > 0 => {
            Outcome::Ok(format!("{} restarts, counted for {} s", found.delays.len(), found.reset))
        }
        Some(found) if found.delays.is_empty() => Outcome::Problem("none: after a crash it stays down".to_owned()),
        Some(found) => Outcome::Warning(format!("{} restarts, counted for {} s", found.delays.len(), found.reset)),
        None => Outcome::Unknown("sc.exe names no recovery".to_owned()),
    })
}

fn recovery_flag(view: &View) -> Outcome {
    of_service(view, &["qfailureflag", "docker"], |text| {
        if text.contains("TRUE") {
            Outcome::Ok("TRUE".to_owned())
        } else if text.contains("FALSE") {
            Outcome::Warning("FALSE".to_owned())
        } else {
            Outcome::Unknown("sc.exe names no flag".to_owned())
        }
    })
}

fn event_source(view: &View) -> Outcome {
    told(view.has_key(EVENTS).map(|there| match there {
        true => Outcome::Ok("it is".to_owned()),
        false => Outcome::Warning("it is not: the engine's log has no texts".to_owned()),
    }))
}

fn host_services(view: &View) -> Outcome {
    let missing: Result<Vec<&str>, String> =
        ["hns", "vmcompute"].into_iter().try_fold(Vec::new(), |mut missing, name| {
            if view.service(&["query", name])?.is_none() {
                missing.push(name);
            }
            Ok(missing)
        });
    told(missing.map(|missing| match missing.is_empty() {
        true => Outcome::Ok("both are".to_owned()),
        false => Outcome::Problem(format!("missing: {}", missing.join(", "))),
    }))
}

fn start_task(view: &View) -> Outcome {
    told(view.inventory().map(|inventory| match inventory.value("start-task") {
        Some("Disabled") => Outcome::Warning("disabled".to_owned()),
        Some(state) => Outcome::Ok(state.to_owned()),
        None => Outcome::Warning("there is none".to_owned()),
    }))
}

fn bootstrap_task(view: &View) -> Outcome {
    told(view.inventory().map(|inventory| match inventory.value("bootstrap-task") {
        None => Outcome::Ok("none".to_owned()),
        Some(_) => Outcome::Warning("the task ContainerBootstrap waits for its next run".to_owned()),
    }))
}
