//! Versions of Windows as the system and the engine print them.

use std::fmt;

/// A version of Windows, `10.0.BUILD.REVISION`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OsVersion {
    /// The build, which decides what runs on it.
    pub build: u32,
    /// The revision: the month's update.
    pub revision: Option<u32>,
}

impl fmt::Display for OsVersion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "10.0.{}", self.build)?;
        self.revision.map_or(Ok(()), |revision| write!(out, ".{revision}"))
    }
}

/// Reads what `ver` of cmd prints: `Microsoft Windows [Version 10.0.26100.3775]`; the word is translated.
pub fn ver(text: &str) -> Option<OsVersion> {
    let inside = text.split_once('[')?.1.split_once(']')?.0;
    let version = inside.split_whitespace().next_back()?;
    let mut parts = version.strip_prefix("10.0.")?.split('.');
    Some(OsVersion { build: parts.next()?.parse().ok()?, revision: parts.next().and_then(|part| part.parse().ok()) })
}

/// The version in the `Operating System` line of `docker info` (`... (OS Build 17763.805)`), else the build in its
/// `Kernel Version` line (`10.0 17763 (17763.1.amd64fre...)`, where the revision is that of the first release).
pub fn docker_os_version(system: &str, kernel: &str) -> Option<OsVersion> {
    let full = system.rsplit_once("OS Build ").and_then(|(_, rest)| {
        let mut parts = rest.trim_end_matches(')').split('.');
        Some(OsVersion { build: parts.next()?.parse().ok()?, revision: Some(parts.next()?.parse().ok()?) })
    });
    full.or_else(|| {
        let build = kernel.strip_prefix("10.0 ")?.split_whitespace().next()?;
        Some(OsVersion { build: build.parse().ok()?, revision: None })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::recorded;

    #[test]
    fn versions_are_read_from_ver_and_from_the_engine() {
        assert_eq!(ver(&recorded("ver_2025.txt")).unwrap().to_string(), "10.0.26100.33438");
        assert_eq!(ver("Microsoft Windows [Versione 10.0.17763.1]").unwrap().build, 17763);
        assert_eq!(ver("Microsoft Windows [Version 6.3.9600]"), None);
        let system = "Windows Server 2019 Datacenter Version 1809 (OS Build 17763.805)";
        let kernel = "10.0 17763 (17763.1.amd64fre.rs5_release.180914-1434)";
        assert_eq!(docker_os_version(system, kernel).unwrap().to_string(), "10.0.17763.805");
        assert_eq!(docker_os_version("", kernel).unwrap().to_string(), "10.0.17763");
        assert_eq!(docker_os_version("Debian GNU/Linux 12", "6.1.0"), None);
    }
}
