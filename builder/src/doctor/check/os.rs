//! The edition and build of Windows.

use super::view::told;
use super::{Area, Check, Outcome, View};
use crate::doctor::parse::RegistryValue;

const CURRENT_VERSION: &str = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion";
/// Server 2019, the oldest that current engines start on.
const OLDEST: u32 = 17763;
/// Insider builds on which containers never worked.
const UNUSABLE: [u32; 2] = [14931, 14936];

pub const CHECKS: &[Check] = &[
    Check {
        id: "windows-build",
        area: Area::Os,
        expected: "build 17763 (Windows Server 2019) or later",
        remedy: "upgrade Windows",
        anywhere: false,
        look: build,
    },
    Check {
        id: "windows-edition",
        area: Area::Os,
        expected: "Windows Server, or Pro or Enterprise of Windows 10 and 11",
        remedy: "upgrade the edition: Home has no containers",
        anywhere: false,
        look: edition,
    },
    Check {
        id: "system-drive",
        area: Area::Os,
        expected: "C:",
        remedy: "install Windows to C:, or use Hyper-V isolation only",
        anywhere: false,
        look: system_drive,
    },
];

fn build(view: &View) -> Outcome {
    told(view.version().map(|version| {
        let text = version.to_string();
        if version.build < OLDEST || UNUSABLE.contains(&version.build) {
            Outcome::Problem(text)
        } else {
            Outcome::Ok(text)
        }
    }))
}

fn edition(view: &View) -> Outcome {
    told(view.registry(CURRENT_VERSION, "EditionID").map(|value| match value {
        // `Core` and its kin are Home; on a server `ServerCore` is no edition but the way it is installed.
        Some(RegistryValue::Text(edition)) if edition.starts_with("Core") => Outcome::Problem(edition),
        Some(RegistryValue::Text(edition)) => Outcome::Ok(edition),
        _ => Outcome::Unknown("the registry names no edition".to_owned()),
    }))
}

fn system_drive(view: &View) -> Outcome {
    match view.host.variable("SystemDrive") {
        Some(drive) if drive.eq_ignore_ascii_case("C:") => Outcome::Ok(drive),
        Some(drive) => Outcome::Problem(drive),
        None => Outcome::Unknown("the variable SystemDrive is not set".to_owned()),
    }
}
