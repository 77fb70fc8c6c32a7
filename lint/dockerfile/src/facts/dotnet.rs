//! Releases of .NET and .NET Framework and how long their images get updates.

use super::{Confidence, Date};

/// A release of .NET.
#[derive(Debug, PartialEq, Eq)]
pub struct Release {
    /// `8.0`.
    pub version: &'static str,
    /// The last day of support.
    pub end: Date,
    /// Whether its repository was `dotnet/core/*`.
    pub core: bool,
    /// How sure the row is.
    pub confidence: Confidence,
}

const fn release(version: &'static str, end: Date, core: bool) -> Release {
    Release { version, end, core, confidence: Confidence::High }
}

/// All releases, oldest first.
pub static RELEASES: &[Release] = &[
    release("1.0", Date::new(2019, 6, 27), true),
    release("1.1", Date::new(2019, 6, 27), true),
    release("2.0", Date::new(2018, 10, 1), true),
    release("2.1", Date::new(2021, 8, 21), true),
    release("2.2", Date::new(2019, 12, 23), true),
    release("3.0", Date::new(2020, 3, 3), true),
    release("3.1", Date::new(2022, 12, 13), true),
    release("5.0", Date::new(2022, 5, 10), false),
    release("6.0", Date::new(2024, 11, 12), false),
    release("7.0", Date::new(2024, 5, 14), false),
    release("8.0", Date::new(2026, 11, 10), false),
    release("9.0", Date::new(2026, 11, 10), false),
    release("10.0", Date::new(2028, 11, 14), false),
];

/// The release that a tag of `dotnet/{sdk,aspnet,runtime}` names: `8.0`, `8.0.100-nanoserver-ltsc2022`, `6`.
pub fn by_tag(tag: &str) -> Option<&'static Release> {
    let version = tag.split('-').next()?;
    let mut parts = version.split('.');
    let (major, minor) = (parts.next()?, parts.next().unwrap_or("0"));
    RELEASES.iter().find(|release| release.version.split_once('.') == Some((major, minor)))
}

/// Versions of .NET Framework whose images were dropped (2025-10-14); `4.8` and `4.8.1` are left.
pub fn is_dropped_framework(tag: &str) -> bool {
    let version = tag.split('-').next().unwrap_or(tag);
    matches!(version, "3.5" | "4.6.1" | "4.6.2" | "4.6" | "4.7" | "4.7.1" | "4.7.2")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_its_release() {
        for (tag, version) in [
            ("8.0", Some("8.0")),
            ("8.0.100-nanoserver-ltsc2022", Some("8.0")),
            ("10.0-preview", Some("10.0")),
            ("6", Some("6.0")),
            ("3.1.426-alpine3.16", Some("3.1")),
            ("latest", None),
            ("lts-nanoserver-1809", None),
        ] {
            assert_eq!(by_tag(tag).map(|release| release.version), version, "{tag}");
        }
        assert!(RELEASES.iter().all(|release| release.end.is_valid()));
        assert!(is_dropped_framework("4.7.2-windowsservercore-ltsc2019") && !is_dropped_framework("4.8.1"));
    }
}
