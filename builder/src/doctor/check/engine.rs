//! The engine: that it answers, in which mode, and how it is set up.

use super::view::told;
use super::{Area, Check, Outcome, View};
use crate::doctor::parse::DockerInfo;

const fn check(id: &'static str, expected: &'static str, remedy: &'static str, look: fn(&View) -> Outcome) -> Check {
    Check { id, area: Area::Engine, expected, remedy, anywhere: true, look }
}

pub const CHECKS: &[Check] = &[
    check("engine-answers", "docker info reaches an engine", "Start-Service docker", answers),
    check(
        "engine-mode",
        "Windows containers",
        r#"& "$env:ProgramFiles\Docker\Docker\DockerCli.exe" -SwitchWindowsEngine"#,
        mode,
    ),
    check(
        "engine-isolation",
        "process, where base and host are of one build; else hyperv",
        r#"set "exec-opts": ["isolation=process"] in daemon.json and restart the service"#,
        isolation,
    ),
    check(
        "engine-driver",
        "windowsfilter, or windows on containerd's store",
        "remove storage-driver from daemon.json",
        driver,
    ),
    check(
        "engine-open-port",
        "no port without TLS",
        "remove tcp:// without tlsverify from hosts in daemon.json",
        open_port,
    ),
    Check {
        anywhere: false,
        ..check("engine-config", "daemon.json is JSON in UTF-8 without a mark", "mend daemon.json", config)
    },
    Check { anywhere: false, ..check("engine-pipe", r"\\.\pipe\docker_engine is there", "Start-Service docker", pipe) },
    Check {
        anywhere: false,
        ..check(
            "pipe-rights",
            "an administrator, or a member of the engine's group",
            r#"net localgroup docker-users "$env:USERDOMAIN\$env:USERNAME" /add, and sign in again"#,
            rights,
        )
    },
    Check { anywhere: false, ..check("engine-root", "NTFS", "set data-root in daemon.json to a folder on NTFS", root) },
];

/// What to do on a host that does not run Windows, where the engine is Docker's for Linux or one on another host.
pub fn elsewhere(id: &str) -> Option<&'static str> {
    Some(match id {
        "engine-answers" => {
            "start the engine (systemctl start docker), or name one with DOCKER_HOST or a docker context; steps that need \
             none are built without"
        }
        "engine-mode" => {
            "name an engine on a Windows host with DOCKER_HOST or a docker context, or take its steps from a cache: \
             --cache-from"
        }
        "engine-isolation" => r#"set "exec-opts": ["isolation=process"] in daemon.json of the engine's host"#,
        "engine-driver" => "remove storage-driver from daemon.json of the engine's host",
        "engine-open-port" => "remove tcp:// without tlsverify from hosts in daemon.json of the engine's host",
        _ => return None,
    })
}

/// What the engine says; why it says nothing is told by the first check alone.
fn said<'v>(view: &'v View) -> Result<&'v DockerInfo, String> {
    view.engine().map_err(|_| "the engine does not answer".to_owned())
}

fn answers(view: &View) -> Outcome {
    match view.engine() {
        Ok(info) => Outcome::Ok(format!("version {}", info.server_version.as_deref().unwrap_or("unknown"))),
        Err(reason) => Outcome::Problem(reason),
    }
}

/// On a host that is not Windows an engine of Linux containers is no mistake.
fn mode(view: &View) -> Outcome {
    told(said(view).map(|info| match info.os_type.as_deref() {
        Some("windows") => Outcome::Ok("Windows containers".to_owned()),
        Some(other) if view.host.is_windows() => Outcome::Problem(format!("{other} containers")),
        Some(other) => Outcome::Warning(format!("{other} containers")),
        None => Outcome::Unknown("docker info names no OSType".to_owned()),
    }))
}

fn isolation(view: &View) -> Outcome {
    told(said(view).map(|info| match (info.os_type.as_deref(), info.isolation.as_deref()) {
        (Some("windows"), Some(isolation @ ("process" | "hyperv"))) => Outcome::Ok(isolation.to_owned()),
        (Some("windows"), Some(other)) => Outcome::Warning(other.to_owned()),
        (Some("windows"), None) => Outcome::Unknown("docker info names no isolation".to_owned()),
        _ => Outcome::Unknown("the engine does not run Windows containers".to_owned()),
    }))
}

fn driver(view: &View) -> Outcome {
    told(said(view).map(|info| match (info.os_type.as_deref(), info.driver.as_deref()) {
        (Some("windows"), Some(driver @ ("windowsfilter" | "windows"))) => Outcome::Ok(driver.to_owned()),
        (Some("windows"), Some(driver)) => Outcome::Warning(driver.to_owned()),
        _ => Outcome::Unknown("the engine does not run Windows containers".to_owned()),
    }))
}

fn open_port(view: &View) -> Outcome {
    told(said(view).map(|info| match info.warnings.iter().find(|warning| warning.contains("without encryption")) {
        Some(warning) => Outcome::Warning(warning.clone()),
        None => Outcome::Ok("none".to_owned()),
    }))
}

/// A mark or a comma too much keeps the service from starting, and its log is the only place that says so.
fn config(view: &View) -> Outcome {
    let Some(data) = view.host.variable("ProgramData") else {
        return Outcome::Unknown("the variable ProgramData is not set".to_owned());
    };
    let path = format!(r"{data}\docker\config\daemon.json");
    match view.host.read(&path) {
        Ok(None) => Outcome::Ok("there is none: the defaults hold".to_owned()),
        Ok(Some(bytes)) if bytes.starts_with(&[0xef, 0xbb, 0xbf]) || bytes.starts_with(&[0xff, 0xfe]) => {
            Outcome::Problem(format!("{path} begins with a byte order mark"))
        }
        Ok(Some(bytes)) => match serde_json::from_slice::<serde_json::Value>(&bytes) {
            Ok(_) => Outcome::Ok(path),
            Err(error) => Outcome::Problem(format!("{path}: {error}")),
        },
        Err(error) => Outcome::Unknown(format!("{path}: {error}")),
    }
}

fn pipe(view: &View) -> Outcome {
    told(view.inventory().map(|inventory| match inventory.value("engine-pipe") {
        Some("True") => Outcome::Ok("it is".to_owned()),
        Some(_) => Outcome::Problem("it is not".to_owned()),
        None => Outcome::Unknown("the probe does not say".to_owned()),
    }))
}

fn rights(view: &View) -> Outcome {
    told(view.inventory().map(|inventory| match (inventory.value("administrator"), view.engine()) {
        (Some("True"), _) => Outcome::Ok("an administrator".to_owned()),
        (_, Ok(_)) => Outcome::Ok("the engine answers".to_owned()),
        (Some(_), Err(_)) => Outcome::Warning("no administrator, and the engine does not answer".to_owned()),
        (None, _) => Outcome::Unknown("the probe does not say".to_owned()),
    }))
}

fn root(view: &View) -> Outcome {
    told(view.inventory().map(|inventory| match inventory.value("data-root-file-system") {
        Some("NTFS") => Outcome::Ok("NTFS".to_owned()),
        Some(other) => Outcome::Problem(format!("{other}: the engine takes NTFS only")),
        None => Outcome::Unknown("the probe does not say".to_owned()),
    }))
}
