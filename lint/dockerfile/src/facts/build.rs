//! Builds of Windows: which images exist of each, how long they are supported, and how a tag names them.

use std::ops::Range;

use super::{Confidence, Date};

/// A servicing channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// Long-term: five years of mainstream and five of extended support.
    LongTerm,
    /// Semi-annual: eighteen months.
    SemiAnnual,
    /// Annual channel for container hosts.
    Annual,
    /// Windows 10 and 11: only hosts.
    Client,
}

/// A build of Windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Build {
    /// The tag of its images (`ltsc2022`), or a name for builds that have none.
    pub tag: &'static str,
    /// Other tags and names, in lower case.
    pub aliases: &'static [&'static str],
    /// The build number, as in `10.0.<number>`.
    pub number: u32,
    /// The product's name.
    pub display: &'static str,
    /// The servicing channel.
    pub channel: Channel,
    /// Whether `windows/nanoserver` has it.
    pub nanoserver: bool,
    /// Whether `windows/servercore` has it.
    pub servercore: bool,
    /// Whether `windows` has it.
    pub windows: bool,
    /// Whether `windows/server` has it.
    pub server: bool,
    /// The last day of mainstream support.
    pub mainstream_end: Option<Date>,
    /// The last day of extended support.
    pub extended_end: Option<Date>,
    /// What else there is to know.
    pub note: &'static str,
    /// How sure the row is.
    pub confidence: Confidence,
}

impl Build {
    /// Whether images of this build were ever published.
    pub const fn has_image(&self) -> bool {
        self.nanoserver || self.servercore || self.windows || self.server
    }

    /// The last day with security updates, where it is known.
    pub fn end(&self) -> Option<Date> {
        self.extended_end.or(self.mainstream_end)
    }
}

/// Nano Server of 2016 (`sac2016`) ended long before the other images of its build.
pub const NANO_2016_END: Date = Date::new(2018, 10, 9);

/// Which of nanoserver, servercore, windows, server exist.
const NONE: [bool; 4] = [false; 4];
const NANO_CORE: [bool; 4] = [true, true, false, false];
const NANO_CORE_WINDOWS: [bool; 4] = [true, true, true, false];
const NANO_CORE_SERVER: [bool; 4] = [true, true, false, true];

type Names = (&'static str, &'static [&'static str], u32, &'static str);

const fn build(
    names: Names,
    channel: Channel,
    images: [bool; 4],
    ends: [Option<Date>; 2],
    note: &'static str,
) -> Build {
    Build {
        tag: names.0,
        aliases: names.1,
        number: names.2,
        display: names.3,
        channel,
        nanoserver: images[0],
        servercore: images[1],
        windows: images[2],
        server: images[3],
        mainstream_end: ends[0],
        extended_end: ends[1],
        note,
        confidence: Confidence::High,
    }
}

const fn sure(confidence: Confidence, build: Build) -> Build {
    Build { confidence, ..build }
}

const fn day(year: u16, month: u8, day: u8) -> Option<Date> {
    Some(Date::new(year, month, day))
}

use Channel::{Annual, Client, LongTerm, SemiAnnual};

/// All builds, by number; where a server and a client share a number, the server comes first.
#[rustfmt::skip]
pub static BUILDS: &[Build] = &[
    build(("ltsc2016", &["sac2016", "1607"], 14393, "Windows Server 2016"), LongTerm, NANO_CORE, [day(2022, 1, 11), day(2027, 1, 12)], "Nano Server only as sac2016, ended 2018-10-09"),
    build(("1703", &[], 15063, "Windows 10 1703"), Client, NONE, [None, None], "no image was published"),
    build(("1709", &[], 16299, "Windows Server, version 1709"), SemiAnnual, NANO_CORE, [day(2019, 4, 9), None], ""),
    build(("1803", &[], 17134, "Windows Server, version 1803"), SemiAnnual, NANO_CORE, [day(2019, 11, 12), None], ""),
    build(("ltsc2019", &["1809"], 17763, "Windows Server 2019"), LongTerm, NANO_CORE_WINDOWS, [day(2024, 1, 9), day(2029, 1, 9)], "published as 1809 and as ltsc2019"),
    build(("1903", &[], 18362, "Windows Server, version 1903"), SemiAnnual, NANO_CORE_WINDOWS, [day(2020, 12, 8), None], ""),
    build(("1909", &[], 18363, "Windows Server, version 1909"), SemiAnnual, NANO_CORE_WINDOWS, [day(2021, 5, 11), None], ""),
    build(("2004", &[], 19041, "Windows Server, version 2004"), SemiAnnual, NANO_CORE_WINDOWS, [day(2021, 12, 14), None], ""),
    build(("20H2", &["2009"], 19042, "Windows Server, version 20H2"), SemiAnnual, NANO_CORE_WINDOWS, [day(2022, 8, 9), None], "the last build of the windows repository"),
    build(("21H1", &[], 19043, "Windows 10 21H1"), Client, NONE, [None, None], "no image was published"),
    build(("win10-21h2", &[], 19044, "Windows 10 21H2"), Client, NONE, [None, None], "only a host"),
    build(("win10-22h2", &[], 19045, "Windows 10 22H2"), Client, NONE, [None, None], "only a host; the last Windows 10"),
    build(("ltsc2022", &["21h2"], 20348, "Windows Server 2022"), LongTerm, NANO_CORE_SERVER, [day(2026, 10, 13), day(2031, 10, 14)], ""),
    build(("win11-21h2", &[], 22000, "Windows 11 21H2"), Client, NONE, [None, None], "only a host"),
    build(("win11-22h2", &[], 22621, "Windows 11 22H2"), Client, NONE, [None, None], "only a host"),
    build(("win11-23h2", &[], 22631, "Windows 11 23H2"), Client, NONE, [None, None], "only a host"),
    build(("23H2", &[], 25398, "Windows Server, version 23H2"), Annual, NONE, [day(2026, 5, 12), None], "only a host, for ltsc2022 images"),
    // Two pages of the maker differ by a month; the earlier dates stand here.
    sure(Confidence::Medium, build(("ltsc2025", &["24h2"], 26100, "Windows Server 2025"), LongTerm, NANO_CORE_SERVER, [day(2029, 10, 9), day(2034, 10, 10)], "")),
    build(("win11-24h2", &[], 26100, "Windows 11 24H2"), Client, NONE, [None, None], "only a host"),
    sure(Confidence::Low, build(("win11-25h2", &[], 26200, "Windows 11 25H2"), Client, NONE, [None, None], "only a host")),
];

/// The build with this number; of two, the server.
pub fn by_number(number: u32) -> Option<&'static Build> {
    BUILDS.iter().find(|build| build.number == number)
}

/// The build that a tag names, in any of the forms in use: `ltsc2022`, `1809`, `20H2`, `10.0.20348.1234`, with
/// an architecture or update after it, or as a part of a longer tag (`8.0-nanoserver-ltsc2022`).
pub fn by_tag(tag: &str) -> Option<&'static Build> {
    let segments = || tag.split(['-', '_', '+']);
    let whole = BUILDS.iter().find(|build| build.tag.eq_ignore_ascii_case(tag));
    whole
        .or_else(|| segments().filter_map(by_name).next_back())
        .or_else(|| segments().filter_map(by_version).next_back())
}

/// Where in a tag the words of [`by_tag`]'s answer stand: `1909` in `8.0-nanoserver-1909`, `10.0.18363.1139` in
/// `10.0.18363.1139-amd64`.
pub fn word_in_tag(tag: &str) -> Option<Range<usize>> {
    let build = by_tag(tag)?;
    if build.tag.eq_ignore_ascii_case(tag) {
        return Some(0..tag.len());
    }
    let names = |segment: &str| by_name(segment).or_else(|| by_version(segment)) == Some(build);
    let start = |segment: &str| segment.as_ptr() as usize - tag.as_ptr() as usize;
    let segment = tag.split(['-', '_', '+']).rfind(|segment| names(segment))?;
    Some(start(segment) + segment.len() - without_family(segment).len()..start(segment) + segment.len())
}

fn by_name(segment: &str) -> Option<&'static Build> {
    let name = without_family(segment).to_ascii_lowercase();
    BUILDS.iter().find(|build| build.tag.eq_ignore_ascii_case(&name) || build.aliases.contains(&name.as_str()))
}

/// `1809` of `windows1809`.
fn without_family(segment: &str) -> &str {
    let after = |family: &&str| {
        let (head, rest) = segment.split_at_checked(family.len())?;
        head.eq_ignore_ascii_case(family).then_some(rest)
    };
    ["windowsservercore", "nanoserver", "servercore", "windows"].iter().find_map(after).unwrap_or(segment)
}

fn by_version(segment: &str) -> Option<&'static Build> {
    by_number(version_number(segment)?)
}

/// The five digits of `10.0.ddddd` and `10.0.ddddd.d`; .NET 10.0.100 has fewer.
fn version_number(segment: &str) -> Option<u32> {
    let number = segment.strip_prefix("10.0.")?.split('.').next()?;
    (number.len() == 5 && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| number.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_tag_names_its_build() {
        for (tag, build) in [
            ("ltsc2022", Some("ltsc2022")),
            ("LTSC2022", Some("ltsc2022")),
            ("1809", Some("ltsc2019")),
            ("sac2016", Some("ltsc2016")),
            ("20h2", Some("20H2")),
            ("10.0.20348.1234", Some("ltsc2022")),
            ("10.0.17763.5329-amd64", Some("ltsc2019")),
            ("10.0.14393.2551_zh-cn", Some("ltsc2016")),
            ("10.0.26100", Some("ltsc2025")),
            ("ltsc2019-amd64", Some("ltsc2019")),
            ("1909-KB4534132", Some("1909")),
            ("4.8.1-20240101-windowsservercore-ltsc2022", Some("ltsc2022")),
            ("8.0-nanoserver-ltsc2025", Some("ltsc2025")),
            ("1.23-windowsservercore-1809", Some("ltsc2019")),
            ("windows1809", Some("ltsc2019")),
            ("23H2", Some("23H2")),
            ("win11-24h2", Some("win11-24h2")),
            ("latest", None),
            ("10.0.100", None),
            ("10.0", None),
            ("8.0", None),
            ("", None),
        ] {
            assert_eq!(by_tag(tag).map(|found| found.tag), build, "{tag}");
        }
        for (tag, word) in [
            ("ltsc2022", Some("ltsc2022")),
            ("8.0-nanoserver-1909", Some("1909")),
            ("10.0.18363.1139-amd64", Some("10.0.18363.1139")),
            ("windows1809-x", Some("1809")),
            ("win11-24h2", Some("win11-24h2")),
            ("8.0", None),
        ] {
            assert_eq!(word_in_tag(tag).map(|range| &tag[range]), word, "{tag}");
        }
    }

    #[test]
    fn the_table_is_sorted_and_its_dates_are_days() {
        assert!(BUILDS.is_sorted_by_key(|build| build.number));
        for (index, build) in BUILDS.iter().enumerate() {
            assert!(BUILDS[..index].iter().all(|other| other.tag != build.tag), "{} twice", build.tag);
            let ends = [build.mainstream_end, build.extended_end];
            assert!(ends.iter().flatten().all(|date| date.is_valid()), "{}", build.tag);
            assert!(build.extended_end.is_none() || build.mainstream_end < build.extended_end, "{}", build.tag);
            assert!(build.aliases.iter().all(|alias| *alias == alias.to_ascii_lowercase()), "{}", build.tag);
        }
    }

    #[test]
    fn support_ends_with_the_extended_one_where_there_is_one() {
        assert_eq!(by_tag("1909").and_then(Build::end), Some(Date::new(2021, 5, 11)));
        assert_eq!(by_tag("ltsc2016").and_then(Build::end), Some(Date::new(2027, 1, 12)));
    }
}
