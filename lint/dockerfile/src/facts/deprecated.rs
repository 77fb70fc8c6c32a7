//! Image names and tags that are gone, never existed or get no updates, and what to write instead.

use super::base_image::normalise;
use super::build;
use super::{Confidence, Date};

/// What is wrong with a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The repository has another name now.
    Renamed,
    /// Out of support.
    EndOfSupport,
    /// The tag was taken away.
    TagRemoved,
    /// There never was such an image.
    NeverExisted,
    /// Given up without a successor.
    Discontinued,
    /// The repository names its tags in another way.
    WrongTagScheme,
}

/// A family of references and what to write instead.
#[derive(Debug)]
pub struct Replacement {
    /// Names the row.
    pub id: &'static str,
    /// What is wrong.
    pub kind: Kind,
    /// Whether a normalised repository and a tag in lower case belong to it.
    matches: fn(&str, &str) -> bool,
    /// The whole new reference, where replacing loses nothing but the mistake.
    rename: Option<fn(&str, &str) -> Option<String>>,
    /// What to write instead, in words.
    pub advice: &'static str,
    /// Since when.
    pub since: Option<Date>,
    /// What else there is to know.
    pub note: &'static str,
    /// How sure the row is.
    pub confidence: Confidence,
}

impl Replacement {
    /// The whole new reference for a name and a tag, when it is the same image under its present name.
    pub fn rename(&self, name: &str, tag: Option<&str>) -> Option<String> {
        self.rename.and_then(|rename| rename(&normalise(name), tag.unwrap_or("")))
    }

    /// Whether it is the row of `dotnet/core/*`, which ended with .NET Core.
    pub fn is_dotnet_core(&self) -> bool {
        self.id == "dotnet-core"
    }
}

/// The first, most telling row for a reference.
pub fn find(name: &str, tag: Option<&str>) -> Option<&'static Replacement> {
    all(name, tag).into_iter().next()
}

/// Every row for a reference: a name can be old and its tag out of support.
pub fn all(name: &str, tag: Option<&str>) -> Vec<&'static Replacement> {
    let (name, tag) = (normalise(name), tag.unwrap_or("").to_ascii_lowercase());
    REPLACEMENTS.iter().filter(|row| (row.matches)(&name, &tag)).collect()
}

const FIRST: Replacement = Replacement {
    id: "",
    kind: Kind::Renamed,
    matches: |_, _| false,
    rename: None,
    advice: "",
    since: None,
    note: "",
    confidence: Confidence::High,
};

const fn day(year: u16, month: u8, day: u8) -> Option<Date> {
    Some(Date::new(year, month, day))
}

use Confidence::{Low, Medium};
use Kind::{Discontinued, EndOfSupport, NeverExisted, TagRemoved, WrongTagScheme};

/// All rows; the more telling come first.
#[rustfmt::skip]
pub static REPLACEMENTS: &[Replacement] = &[
    Replacement { id: "hub-servercore", matches: |name, _| name == "microsoft/windowsservercore", rename: Some(|_, tag| keep_tag("mcr.microsoft.com/windows/servercore", tag)), advice: "mcr.microsoft.com/windows/servercore with the same tag", since: day(2018, 11, 13), note: "`latest` was ltsc2016", ..FIRST },
    Replacement { id: "hub-nanoserver", matches: |name, _| name == "microsoft/nanoserver", rename: Some(|_, tag| keep_tag("mcr.microsoft.com/windows/nanoserver", tag)), advice: "mcr.microsoft.com/windows/nanoserver with the same tag", since: day(2018, 11, 13), note: "`latest` was sac2016, which had PowerShell", ..FIRST },
    Replacement { id: "hub-servercore-insider", matches: |name, _| name == "microsoft/windowsservercore-insider", advice: "mcr.microsoft.com/windows/servercore/insider", confidence: Medium, ..FIRST },
    Replacement { id: "hub-nanoserver-insider", matches: |name, _| name.starts_with("microsoft/nanoserver-insider"), advice: "mcr.microsoft.com/windows/nanoserver/insider", confidence: Medium, ..FIRST },
    Replacement { id: "hub-windows", matches: |name, _| name == "microsoft/windows", advice: "mcr.microsoft.com/windows/server, or mcr.microsoft.com/windows up to 20H2", confidence: Low, ..FIRST },
    Replacement { id: "hub-iis", matches: |name, _| name == "microsoft/iis", rename: Some(|_, tag| keep_tag("mcr.microsoft.com/windows/servercore/iis", tag).filter(|_| !tag.contains("nanoserver"))), advice: "mcr.microsoft.com/windows/servercore/iis with the same tag", note: "its images on Nano Server were given up", ..FIRST },
    Replacement { id: "hub-aspnet", matches: |name, _| name == "microsoft/aspnet", rename: Some(|_, tag| keep_framework("aspnet", tag)), advice: "mcr.microsoft.com/dotnet/framework/aspnet:4.8.1-windowsservercore-ltsc2022", since: day(2019, 8, 9), note: "tags below 4.8 are gone", ..FIRST },
    Replacement { id: "hub-wcf", matches: |name, _| name == "microsoft/wcf", rename: Some(|_, tag| keep_framework("wcf", tag)), advice: "mcr.microsoft.com/dotnet/framework/wcf:4.8.1-windowsservercore-ltsc2022", ..FIRST },
    Replacement { id: "hub-dotnet-framework", matches: |name, _| name == "microsoft/dotnet-framework", advice: "mcr.microsoft.com/dotnet/framework/sdk for *-sdk tags, else mcr.microsoft.com/dotnet/framework/runtime", since: day(2019, 3, 19), ..FIRST },
    Replacement { id: "hub-dotnet-framework-build", matches: |name, _| name == "microsoft/dotnet-framework-build", advice: "mcr.microsoft.com/dotnet/framework/sdk", confidence: Medium, ..FIRST },
    Replacement { id: "hub-dotnet", matches: |name, _| name == "microsoft/dotnet", advice: "mcr.microsoft.com/dotnet/sdk, .../aspnet, .../runtime or .../runtime-deps, by the end of the tag", since: day(2019, 2, 26), note: "first moved to dotnet/core/*", ..FIRST },
    Replacement { id: "hub-dotnet-nightly", matches: |name, _| name == "microsoft/dotnet-nightly", advice: "mcr.microsoft.com/dotnet/nightly/sdk, .../aspnet or .../runtime", confidence: Medium, ..FIRST },
    Replacement { id: "hub-aspnetcore", matches: |name, _| name == "microsoft/aspnetcore", advice: "mcr.microsoft.com/dotnet/aspnet", confidence: Medium, ..FIRST },
    Replacement { id: "hub-aspnetcore-build", matches: |name, _| name == "microsoft/aspnetcore-build", advice: "mcr.microsoft.com/dotnet/sdk", confidence: Medium, ..FIRST },
    Replacement { id: "hub-powershell", matches: |name, _| name == "microsoft/powershell", rename: Some(|_, tag| keep_tag("mcr.microsoft.com/powershell", tag)), advice: "mcr.microsoft.com/powershell, or dotnet/sdk, which has pwsh", ..FIRST },
    Replacement { id: "hub-mssql-windows", kind: Discontinued, matches: |name, _| name.starts_with("microsoft/mssql-server-windows"), advice: "nothing: SQL Server containers are for Linux (mcr.microsoft.com/mssql/server)", ..FIRST },
    Replacement { id: "hub-vsts-agent", kind: Discontinued, matches: |name, _| name == "microsoft/vsts-agent", advice: "an agent image of your own", confidence: Medium, ..FIRST },
    Replacement { id: "dotnet-core", kind: EndOfSupport, matches: |name, _| is_dotnet_core(name), advice: "mcr.microsoft.com/dotnet/sdk, .../aspnet or .../runtime with a supported version", since: day(2022, 12, 13), note: "dotnet/core/* ends with .NET Core 3.1", ..FIRST },
    Replacement { id: "tag-latest", kind: TagRemoved, matches: |name, tag| is_os_repository(name) && matches!(tag, "" | "latest"), advice: "a tag such as ltsc2022 or ltsc2025", since: day(2019, 4, 16), note: "no tag means `latest`", ..FIRST },
    Replacement { id: "local-name", kind: NeverExisted, matches: |name, _| matches!(name, "windowsservercore" | "nanoserver"), advice: "mcr.microsoft.com/windows/servercore or mcr.microsoft.com/windows/nanoserver", note: "names of images that technical previews had on the machine; Docker Hub has none", ..FIRST },
    Replacement { id: "without-registry", kind: NeverExisted, matches: |name, _| without_registry(name).is_some(), rename: Some(|name, tag| without_registry(name).map(|whole| with_tag(&whole, tag))), advice: "the name with mcr.microsoft.com/ before it", note: "without a registry it is looked for on Docker Hub", ..FIRST },
    Replacement { id: "framework-dropped", kind: EndOfSupport, matches: |name, tag| is_framework(name) && super::dotnet::is_dropped_framework(tag), advice: "4.8-windowsservercore-ltsc2019 or 4.8.1-windowsservercore-ltsc2022; 3.5 has to be added", since: day(2025, 10, 14), note: "what can still be pulled gets no updates", ..FIRST },
    Replacement { id: "framework-48-2022", kind: EndOfSupport, matches: |name, tag| is_framework(name) && is_framework_48_on_2022(tag), advice: "4.8.1-windowsservercore-ltsc2022", since: day(2025, 10, 14), ..FIRST },
    Replacement { id: "nano-2016", kind: EndOfSupport, matches: |name, tag| is_nano_2016(name, tag), advice: "nanoserver:ltsc2022 or ltsc2025, which have no PowerShell", since: Some(build::NANO_2016_END), ..FIRST },
    Replacement { id: "build-ended", kind: EndOfSupport, matches: names_ended_build, advice: "a long-term build: ltsc2019, ltsc2022 or ltsc2025", since: day(2022, 8, 9), note: "semi-annual builds get no security updates; the last one ended 2022-08-09", ..FIRST },
    Replacement { id: "windows-after-20h2", kind: NeverExisted, matches: |name, tag| name == "mcr.microsoft.com/windows" && matches!(tag, "ltsc2022" | "ltsc2025" | "2022" | "2025"), rename: Some(|_, tag| tag.starts_with("ltsc").then(|| with_tag("mcr.microsoft.com/windows/server", tag))), advice: "mcr.microsoft.com/windows/server with the same tag", note: "the windows repository ends at 20H2", ..FIRST },
    Replacement { id: "microsoft-windows-name", kind: NeverExisted, matches: |name, _| matches!(name, "mcr.microsoft.com/microsoft-windows-nanoserver" | "mcr.microsoft.com/microsoft-windows-servercore"), rename: Some(|name, tag| Some(with_tag(&name.replace("microsoft-windows-", "windows/"), tag))), advice: "mcr.microsoft.com/windows/nanoserver or .../servercore", note: "a slip that the maker's own documentation has", ..FIRST },
    Replacement { id: "iis-tag", kind: WrongTagScheme, matches: |name, tag| is_iis(name) && is_bare_build(tag), rename: Some(|name, tag| Some(format!("{name}:windowsservercore-{tag}"))), advice: "windowsservercore- before the tag", ..FIRST },
    Replacement { id: "powershell-retired", kind: Discontinued, matches: |name, _| name == "mcr.microsoft.com/powershell", advice: "mcr.microsoft.com/dotnet/sdk, which has pwsh", since: day(2025, 3, 1), note: "no new images are made", confidence: Medium, ..FIRST },
    Replacement { id: "hub-openjdk", kind: EndOfSupport, matches: |name, tag| name == "openjdk" && !tag.contains("-ea"), advice: "eclipse-temurin with the same version", note: "only early-access builds are still made", ..FIRST },
    Replacement { id: "third-party", kind: Discontinued, matches: |name, _| ["stefanscherer/", "sixeyed/", "winamd64/"].iter().any(|owner| name.starts_with(owner)), advice: "an image of your own", note: "no one maintains these any more", confidence: Medium, ..FIRST },
];

fn with_tag(name: &str, tag: &str) -> String {
    if tag.is_empty() { name.to_owned() } else { format!("{name}:{tag}") }
}

/// The same tag under a new name; `latest` and none have no counterpart.
fn keep_tag(name: &str, tag: &str) -> Option<String> {
    (!tag.is_empty() && !tag.eq_ignore_ascii_case("latest")).then(|| with_tag(name, tag))
}

/// As [`keep_tag`], for the tags of .NET Framework that still exist.
fn keep_framework(repository: &str, tag: &str) -> Option<String> {
    let kept = tag.starts_with("4.8") && !is_framework_48_on_2022(tag);
    kept.then(|| with_tag(&format!("mcr.microsoft.com/dotnet/framework/{repository}"), tag))
}

/// The full name of a repository of Microsoft's registry that was written without it.
fn without_registry(name: &str) -> Option<String> {
    const KNOWN: &[&str] = &[
        "dotnet/aspnet",
        "dotnet/framework/aspnet",
        "dotnet/framework/runtime",
        "dotnet/framework/sdk",
        "dotnet/framework/wcf",
        "dotnet/runtime",
        "dotnet/sdk",
        "windows/nanoserver",
        "windows/server",
        "windows/servercore",
        "windows/servercore/iis",
    ];
    KNOWN.binary_search(&name).is_ok().then(|| format!("mcr.microsoft.com/{name}"))
}

fn is_dotnet_core(name: &str) -> bool {
    let image = name.strip_prefix("mcr.microsoft.com/dotnet/core/");
    image.is_some_and(|image| matches!(image, "sdk" | "aspnet" | "runtime" | "runtime-deps"))
}

fn is_os_repository(name: &str) -> bool {
    let path = name.strip_prefix("mcr.microsoft.com/windows");
    path.is_some_and(|path| matches!(path, "" | "/servercore" | "/nanoserver" | "/server"))
}

fn is_framework(name: &str) -> bool {
    let image = name.strip_prefix("mcr.microsoft.com/dotnet/framework/");
    image.is_some_and(|image| matches!(image, "runtime" | "sdk" | "aspnet" | "wcf"))
}

fn is_framework_48_on_2022(tag: &str) -> bool {
    let Some(date) = tag.strip_prefix("4.8-").and_then(|rest| rest.strip_suffix("windowsservercore-ltsc2022")) else {
        return false;
    };
    date.is_empty() || date.ends_with('-') && date.len() == 9 && date[..8].bytes().all(|byte| byte.is_ascii_digit())
}

fn is_nano_2016(name: &str, tag: &str) -> bool {
    name.ends_with("windows/nanoserver") && (tag == "sac2016" || tag.starts_with("10.0.14393."))
}

fn is_iis(name: &str) -> bool {
    name == "mcr.microsoft.com/windows/servercore/iis"
}

/// `ltsc2022`, `1809`: a build and nothing else.
fn is_bare_build(tag: &str) -> bool {
    !tag.contains(['-', '.', '_']) && tag != "sac2016" && build::by_tag(tag).is_some_and(build::Build::has_image)
}

/// A semi-annual build in a tag of an image that is for Windows.
fn names_ended_build(name: &str, tag: &str) -> bool {
    let windows = name.starts_with("mcr.microsoft.com/") || name.starts_with("microsoft/");
    (windows || tag.contains("servercore") || tag.contains("nanoserver"))
        && build::by_tag(tag).is_some_and(|build| build.channel == build::Channel::SemiAnnual)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(reference: &str) -> (&str, Option<&str>) {
        reference.rsplit_once(':').map_or((reference, None), |(name, tag)| (name, Some(tag)))
    }

    #[test]
    fn old_references_are_found() {
        for (reference, id) in [
            ("microsoft/windowsservercore:1709", "hub-servercore"),
            ("docker.io/microsoft/nanoserver", "hub-nanoserver"),
            ("microsoft/nanoserver-insider-powershell", "hub-nanoserver-insider"),
            ("microsoft/aspnet:4.7.2", "hub-aspnet"),
            ("microsoft/mssql-server-windows-express", "hub-mssql-windows"),
            ("mcr.microsoft.com/dotnet/core/sdk:3.1", "dotnet-core"),
            ("mcr.microsoft.com/windows/servercore:latest", "tag-latest"),
            ("mcr.microsoft.com/windows", "tag-latest"),
            ("windowsservercore", "local-name"),
            ("windows/servercore:ltsc2022", "without-registry"),
            ("mcr.microsoft.com/dotnet/framework/aspnet:4.7.2-windowsservercore-ltsc2019", "framework-dropped"),
            ("mcr.microsoft.com/dotnet/framework/sdk:4.8-20240101-windowsservercore-ltsc2022", "framework-48-2022"),
            ("mcr.microsoft.com/windows/servercore:1909", "build-ended"),
            ("golang:1.12-nanoserver-1803", "build-ended"),
            ("mcr.microsoft.com/windows/nanoserver:sac2016", "nano-2016"),
            ("mcr.microsoft.com/windows:ltsc2022", "windows-after-20h2"),
            ("mcr.microsoft.com/microsoft-windows-nanoserver:1809", "microsoft-windows-name"),
            ("mcr.microsoft.com/windows/servercore/iis:ltsc2022", "iis-tag"),
            ("openjdk:8-nanoserver", "hub-openjdk"),
            ("stefanscherer/node-windows", "third-party"),
            ("mcr.microsoft.com/powershell:lts-nanoserver-1809", "powershell-retired"),
        ] {
            let (name, tag) = split(reference);
            assert_eq!(find(name, tag).map(|row| row.id), Some(id), "{reference}");
        }
        for reference in [
            "mcr.microsoft.com/windows/servercore:ltsc2022",
            "mcr.microsoft.com/dotnet/framework/sdk:4.8-windowsservercore-ltsc2019",
            "mcr.microsoft.com/windows/servercore/iis",
            "mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022",
            "acme/app:2004",
            "ubuntu:latest",
        ] {
            let (name, tag) = split(reference);
            assert!(find(name, tag).is_none(), "{reference}");
        }
    }

    #[test]
    fn safe_renames_keep_the_tag() {
        for (reference, renamed) in [
            ("microsoft/windowsservercore:ltsc2016", Some("mcr.microsoft.com/windows/servercore:ltsc2016")),
            ("microsoft/nanoserver:latest", None),
            ("microsoft/iis:nanoserver-10.0.14393.693", None),
            ("microsoft/aspnet:4.7.2", None),
            ("microsoft/aspnet:4.8", Some("mcr.microsoft.com/dotnet/framework/aspnet:4.8")),
            ("microsoft/dotnet:2.1-sdk", None),
            ("windows/nanoserver:ltsc2022", Some("mcr.microsoft.com/windows/nanoserver:ltsc2022")),
            ("mcr.microsoft.com/windows:ltsc2022", Some("mcr.microsoft.com/windows/server:ltsc2022")),
            (
                "mcr.microsoft.com/windows/servercore/iis:1809",
                Some("mcr.microsoft.com/windows/servercore/iis:windowsservercore-1809"),
            ),
            ("mcr.microsoft.com/microsoft-windows-nanoserver", Some("mcr.microsoft.com/windows/nanoserver")),
        ] {
            let (name, tag) = split(reference);
            let found = find(name, tag).and_then(|row| row.rename(name, tag));
            assert_eq!(found.as_deref(), renamed, "{reference}");
        }
    }

    #[test]
    fn rows_are_well_formed() {
        for (index, row) in REPLACEMENTS.iter().enumerate() {
            assert!(REPLACEMENTS[..index].iter().all(|other| other.id != row.id), "{} twice", row.id);
            assert!(!row.advice.is_empty(), "{}", row.id);
            assert!(row.since.is_none_or(Date::is_valid), "{}", row.id);
        }
    }
}
