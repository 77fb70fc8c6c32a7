//! Which host runs which image: with process isolation (one kernel) and with Hyper-V isolation (a kernel each).

use super::{Answer, Confidence};

/// What a host does with an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compat {
    /// With process isolation.
    pub process: Answer,
    /// With Hyper-V isolation.
    pub hyperv: Answer,
}

const LTSC2022: u32 = 20348;
const LTSC2025: u32 = 26100;

/// What a host of build `host` does with an image of build `image`.
///
/// An image newer than the host never runs. Up to 20348, process isolation needs the very same build. From
/// there on a host also runs images back to the long-term build before it.
pub const fn check(host: u32, image: u32) -> Compat {
    if image > host {
        return Compat { process: Answer::No, hyperv: Answer::No };
    }
    let process = if image == host {
        Answer::Yes
    } else if host < LTSC2022 || image < LTSC2022 {
        Answer::No
    } else if host <= LTSC2025 || image >= LTSC2025 {
        Answer::Yes
    } else {
        // The documentation says that Windows 11 runs ltsc2022; the host's own check refuses it past 26100.
        Answer::Unsure
    };
    Compat { process, hyperv: Answer::Yes }
}

/// A pair of host and image as the maker's documentation lists it.
#[derive(Debug)]
pub struct Pair {
    /// The host's name.
    pub host: &'static str,
    /// Its build, for families of builds one of them.
    pub host_build: u32,
    /// The image's tag.
    pub image: &'static str,
    /// Its build.
    pub image_build: u32,
    /// Whether it runs.
    pub compat: Compat,
    /// How sure the row is.
    pub confidence: Confidence,
}

const fn pair(host: (&'static str, u32), image: (&'static str, u32), runs: [Answer; 2]) -> Pair {
    let compat = Compat { process: runs[0], hyperv: runs[1] };
    let confidence = if matches!(runs[0], Answer::Unsure) { Confidence::Medium } else { Confidence::High };
    Pair { host: host.0, host_build: host.1, image: image.0, image_build: image.1, compat, confidence }
}

const BOTH: [Answer; 2] = [Answer::Yes, Answer::Yes];
const HYPERV: [Answer; 2] = [Answer::No, Answer::Yes];
const NEITHER: [Answer; 2] = [Answer::No, Answer::No];
const UNSURE: [Answer; 2] = [Answer::Unsure, Answer::Yes];

const I16: (&str, u32) = ("ltsc2016", 14393);
const I19: (&str, u32) = ("ltsc2019", 17763);
const I22: (&str, u32) = ("ltsc2022", 20348);
const I25: (&str, u32) = ("ltsc2025", 26100);

/// The documented pairs, newest host first.
#[rustfmt::skip]
pub static PAIRS: &[Pair] = &[
    pair(("Windows 11 25H2", 26200), I25, BOTH), // by the host's own check
    pair(("Windows 11 25H2", 26200), I22, UNSURE), // the documentation says yes, the host's own check no
    pair(("Windows Server 2025", 26100), I25, BOTH),
    pair(("Windows Server 2025", 26100), I22, BOTH),
    pair(("Windows Server 2025", 26100), I19, HYPERV),
    pair(("Windows Server 2025", 26100), I16, HYPERV),
    pair(("Windows 11 24H2", 26100), I25, BOTH),
    pair(("Windows Server 23H2", 25398), I25, NEITHER),
    pair(("Windows Server 23H2", 25398), I22, BOTH),
    pair(("Windows 11 23H2", 22631), I22, BOTH),
    pair(("Windows 11 23H2", 22631), I19, HYPERV),
    pair(("Windows 11 23H2", 22631), I16, HYPERV),
    pair(("Windows Server 2022", 20348), I25, NEITHER),
    pair(("Windows Server 2022", 20348), I22, BOTH),
    pair(("Windows Server 2022", 20348), I19, HYPERV),
    pair(("Windows Server 2022", 20348), I16, HYPERV),
    pair(("Windows 10 22H2", 19045), I25, NEITHER),
    pair(("Windows 10 22H2", 19045), I22, NEITHER),
    pair(("Windows 10 22H2", 19045), I19, HYPERV),
    pair(("Windows 10 22H2", 19045), I16, HYPERV),
    pair(("Windows Server 2019", 17763), I25, NEITHER),
    pair(("Windows Server 2019", 17763), I22, NEITHER),
    pair(("Windows Server 2019", 17763), I19, BOTH),
    pair(("Windows Server 2019", 17763), I16, HYPERV),
    pair(("Windows Server 2016", 14393), I25, NEITHER),
    pair(("Windows Server 2016", 14393), I22, NEITHER),
    pair(("Windows Server 2016", 14393), I19, NEITHER),
    pair(("Windows Server 2016", 14393), I16, BOTH), // process isolation needs the same update, too; current engines refuse this host
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::build;

    #[test]
    fn the_rule_gives_every_documented_pair() {
        for pair in PAIRS {
            assert_eq!(check(pair.host_build, pair.image_build), pair.compat, "{} runs {}", pair.host, pair.image);
            assert!(build::by_number(pair.host_build).is_some(), "{}", pair.host);
            assert_eq!(build::by_tag(pair.image).map(|build| build.number), Some(pair.image_build));
        }
        assert!(PAIRS.is_sorted_by(|a, b| a.host_build >= b.host_build));
    }
}
