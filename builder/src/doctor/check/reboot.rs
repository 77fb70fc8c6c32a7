//! Restarts that Windows waits for: until then features and updates are half there.

use super::view::told;
use super::{Area, Check, Outcome, View};
use crate::doctor::parse::RegistryValue;

const SERVICING: &str = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending";
const UPDATE: &str = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired";
const SESSION: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\Session Manager";
const ACTIVE_NAME: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ActiveComputerName";
const NEXT_NAME: &str = r"HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName";
const RESTART: &str = "Restart-Computer";

const fn check(id: &'static str, expected: &'static str, look: fn(&View) -> Outcome) -> Check {
    Check { id, area: Area::Reboot, expected, remedy: RESTART, anywhere: false, look }
}

pub const CHECKS: &[Check] = &[
    check("servicing-reboot", "no restart pending for features and packages", |view| pending_key(view, SERVICING)),
    check("update-reboot", "no restart pending for Windows Update", |view| pending_key(view, UPDATE)),
    check("file-rename-reboot", "no files waiting to be replaced at the next start", renames),
    check("computer-name-reboot", "no new name of the computer waiting for a restart", name),
    check("feature-reboot", "no feature waiting for a restart", features),
];

/// The key's presence is the signal, it has no values.
fn pending_key(view: &View, key: &str) -> Outcome {
    told(view.has_key(key).map(|pending| match pending {
        true => Outcome::Problem("a restart is pending".to_owned()),
        false => Outcome::Ok("none".to_owned()),
    }))
}

/// Often just temporary files of an updater, so it is no problem by itself.
fn renames(view: &View) -> Outcome {
    told(view.registry(SESSION, "PendingFileRenameOperations").map(|value| match value {
        Some(RegistryValue::Text(files)) if !files.is_empty() => Outcome::Warning("files are waiting".to_owned()),
        _ => Outcome::Ok("none".to_owned()),
    }))
}

fn name(view: &View) -> Outcome {
    let read = |key| view.registry(key, "ComputerName");
    told(read(ACTIVE_NAME).and_then(|active| Ok((active, read(NEXT_NAME)?))).map(|names| match names {
        (Some(active), Some(next)) if active == next => Outcome::Ok("none".to_owned()),
        (Some(_), Some(_)) => Outcome::Problem("the computer gets another name at the next start".to_owned()),
        _ => Outcome::Unknown("the registry names no computer".to_owned()),
    }))
}

fn features(view: &View) -> Outcome {
    told(view.inventory().map(|inventory| match inventory.number("features-pending") {
        Some(0) => Outcome::Ok("none".to_owned()),
        Some(count) => Outcome::Problem(format!("{count} waiting")),
        None => Outcome::Unknown("only Windows Server lists them".to_owned()),
    }))
}
