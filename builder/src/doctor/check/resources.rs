//! Memory, disk, and what stands between the engine and its files.

use super::view::told;
use super::{Area, Check, Outcome, View};
use crate::doctor::parse::RegistryValue;

const GIB: u64 = 1 << 30;
const CONTAINERS: &str = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Virtualization\Containers";
const ENCRYPTION: &str = r"HKLM\SYSTEM\CurrentControlSet\Policies\Microsoft\FVE";
/// Filter drivers that make PrepareLayer fail with 0x1: of CallbackFS, Box Drive, Dropbox.
const FILTERS: [&str; 4] = ["cbfs", "cbfltfs", "boxsync", "dbx"];

const fn check(id: &'static str, expected: &'static str, remedy: &'static str, look: fn(&View) -> Outcome) -> Check {
    Check { id, area: Area::Resources, expected, remedy, anywhere: false, look }
}

pub const CHECKS: &[Check] = &[
    check("free-memory", "2 GiB free", "end other programs, or enlarge the page file", memory),
    check("free-disk", "30 GiB free where images are kept", "docker system prune --all", disk),
    check(
        "oplocks",
        "VSmbDisableOplocks is not set",
        r"Remove-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Virtualization\Containers' VSmbDisableOplocks",
        oplocks,
    ),
    check(
        "encryption-policy",
        "no policy that denies writing to unencrypted drives",
        "change the policy: it keeps Hyper-V containers from starting",
        encryption,
    ),
    check("filter-drivers", "no file system filter that breaks layers", "remove or update its product", filters),
    check(
        "virus-scanner",
        "the engine's folder is excluded from real-time scans",
        r"Add-MpPreference -ExclusionPath $env:ProgramData\docker",
        scanner,
    ),
];

fn memory(view: &View) -> Outcome {
    told(view.inventory().map(|inventory| match inventory.number("free-memory-kib").map(|kib| kib * 1024) {
        Some(bytes) if bytes >= 2 * GIB => Outcome::Ok(gib(bytes)),
        Some(bytes) => Outcome::Warning(gib(bytes)),
        None => Outcome::Unknown("the probe does not say".to_owned()),
    }))
}

/// A Server Core base takes 5 to 7.5 GB unpacked, and each commit its share.
fn disk(view: &View) -> Outcome {
    told(view.inventory().map(|inventory| match inventory.number("data-root-free-bytes") {
        Some(bytes) if bytes >= 30 * GIB => Outcome::Ok(gib(bytes)),
        Some(bytes) if bytes >= 10 * GIB => Outcome::Warning(gib(bytes)),
        Some(bytes) => Outcome::Problem(gib(bytes)),
        None => Outcome::Unknown("the probe does not say".to_owned()),
    }))
}

fn oplocks(view: &View) -> Outcome {
    told(view.registry(CONTAINERS, "VSmbDisableOplocks").map(|value| match value {
        Some(RegistryValue::Number(1)) => Outcome::Warning("it is: a workaround of early previews".to_owned()),
        _ => Outcome::Ok("it is not".to_owned()),
    }))
}

fn encryption(view: &View) -> Outcome {
    told(view.registry(ENCRYPTION, "FDVDenyWriteAccess").map(|value| match value {
        Some(RegistryValue::Number(1)) => Outcome::Warning("FDVDenyWriteAccess is 1".to_owned()),
        _ => Outcome::Ok("none".to_owned()),
    }))
}

fn filters(view: &View) -> Outcome {
    told(view.ask("fltmc.exe", &["filters"]).map(|answer| {
        if !answer.is_success() {
            return Outcome::Unknown("fltmc.exe tells administrators only".to_owned());
        }
        let names = answer.text.lines().filter_map(|line| line.split_whitespace().next());
        let breaks = |name: &&str| FILTERS.iter().any(|filter| name.to_ascii_lowercase().starts_with(filter));
        let found: Vec<&str> = names.filter(breaks).collect();
        if found.is_empty() { Outcome::Ok("none".to_owned()) } else { Outcome::Warning(found.join(", ")) }
    }))
}

fn scanner(view: &View) -> Outcome {
    told(view.inventory().map(|inventory| {
        match (inventory.value("real-time-protection"), inventory.value("root-excluded")) {
            (Some("True"), Some("True")) => Outcome::Ok("it is".to_owned()),
            (Some("True"), _) => Outcome::Warning("it is not: renames of layers can fail".to_owned()),
            (Some(_), _) => Outcome::Ok("there are none".to_owned()),
            (None, _) => Outcome::Unknown("Defender does not answer".to_owned()),
        }
    }))
}

#[expect(clippy::cast_precision_loss, reason = "it is shown with one decimal")]
fn gib(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / GIB as f64)
}
