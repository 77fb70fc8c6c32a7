//! Optional features of Windows.

use super::view::told;
use super::{Area, Check, Outcome, View};

pub const CHECKS: &[Check] = &[
    Check {
        id: "containers-feature",
        area: Area::Feature,
        expected: "Enabled",
        remedy: "Enable-WindowsOptionalFeature -Online -FeatureName Containers -All",
        anywhere: false,
        look: containers,
    },
    Check {
        id: "hyper-v-feature",
        area: Area::Feature,
        expected: "Enabled where containers run with Hyper-V isolation",
        remedy: "Enable-WindowsOptionalFeature -Online -FeatureName Microsoft-Hyper-V -All",
        anywhere: false,
        look: hyper_v,
    },
    Check {
        id: "compute-service-library",
        area: Area::Feature,
        expected: r"System32\vmcompute.dll is there",
        remedy: "Enable-WindowsOptionalFeature -Online -FeatureName Containers -All",
        anywhere: false,
        look: library,
    },
];

fn containers(view: &View) -> Outcome {
    told(view.inventory().map(|inventory| match inventory.value("containers") {
        Some("Enabled") => Outcome::Ok("Enabled".to_owned()),
        Some("EnablePending") => Outcome::Problem("enabled after the next restart".to_owned()),
        Some(state) => Outcome::Problem(state.to_owned()),
        None => Outcome::Unknown("PowerShell tells features to administrators only".to_owned()),
    }))
}

/// Servers run containers with process isolation by default and do without Hyper-V.
fn hyper_v(view: &View) -> Outcome {
    let needed = view.engine().is_ok_and(|info| info.isolation.as_deref() == Some("hyperv"));
    told(view.inventory().map(|inventory| match (inventory.value("hyper-v"), needed) {
        (Some("Enabled"), _) => Outcome::Ok("Enabled".to_owned()),
        (Some(state), true) => Outcome::Problem(format!("{state}, and the engine's isolation is hyperv")),
        (Some(state), false) => Outcome::Ok(format!("{state}, and not needed")),
        (None, _) => Outcome::Unknown("PowerShell tells features to administrators only".to_owned()),
    }))
}

fn library(view: &View) -> Outcome {
    told(view.inventory().map(|inventory| match inventory.value("vmcompute-dll") {
        Some("True") => Outcome::Ok("it is there".to_owned()),
        Some(_) => Outcome::Problem("it is not there".to_owned()),
        None => Outcome::Unknown("the probe does not say".to_owned()),
    }))
}
