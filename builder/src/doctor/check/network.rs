//! Networks of containers.

use super::view::told;
use super::{Area, Check, Outcome, View};
use crate::doctor::parse::RegistryValue;

const IPV6: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip6\Parameters";

pub const CHECKS: &[Check] = &[
    Check {
        id: "nat-network",
        area: Area::Network,
        expected: "one network with the driver nat",
        remedy: "Get-HnsNetwork | Where-Object Type -eq nat | Remove-HnsNetwork; Restart-Service hns; Restart-Service docker",
        anywhere: false,
        look: nat,
    },
    Check {
        id: "ipv6-components",
        area: Area::Network,
        expected: "IPv6 is not switched off",
        remedy: r"Set-ItemProperty HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip6\Parameters DisabledComponents 0; Restart-Computer",
        anywhere: false,
        look: ipv6,
    },
    Check {
        id: "compose-pipes",
        area: Area::Network,
        expected: "not Docker Compose 2.35.0, which refuses volumes of type npipe",
        remedy: "install another version of Docker Compose",
        anywhere: false,
        look: compose,
    },
];

fn nat(view: &View) -> Outcome {
    if view.engine().is_err() {
        return Outcome::Unknown("the engine does not answer".to_owned());
    }
    let words = ["network", "ls", "--filter", "driver=nat", "--format", "{{.Name}}"];
    told(view.ask("docker", &words).map(|answer| {
        let names: Vec<&str> = answer.text.lines().map(str::trim).filter(|name| !name.is_empty()).collect();
        match (answer.is_success(), names.len()) {
            (true, 1) => Outcome::Ok(names[0].to_owned()),
            (true, 0) => Outcome::Problem("none: containers have no network".to_owned()),
            // Several share one prefix from 1709 on.
            (true, _) => Outcome::Warning(names.join(", ")),
            (false, _) => Outcome::Unknown(super::view::first_line(&answer.text)),
        }
    }))
}

/// With all of IPv6 off, the host network service fails with `Element not found`.
fn ipv6(view: &View) -> Outcome {
    told(view.registry(IPV6, "DisabledComponents").map(|value| match value {
        Some(RegistryValue::Number(number)) if number & 0xff == 0xff => {
            Outcome::Problem(format!("DisabledComponents is {number:#x}"))
        }
        _ => Outcome::Ok("it is not".to_owned()),
    }))
}

fn compose(view: &View) -> Outcome {
    told(view.ask("docker", &["compose", "version", "--short"]).map(|answer| {
        let version = answer.text.trim().trim_start_matches('v').to_owned();
        match (answer.is_success(), version.as_str()) {
            (true, "2.35.0") => Outcome::Warning(version),
            (true, _) => Outcome::Ok(version),
            (false, _) => Outcome::Ok("there is none".to_owned()),
        }
    }))
}
