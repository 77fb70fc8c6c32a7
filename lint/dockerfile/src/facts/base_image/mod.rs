//! What a base image is, from its name and tag alone: family, operating system, build, shell, user, PowerShells.

mod linux;
mod repositories;
#[cfg(test)]
mod tests;

use super::Confidence;
use super::build::{self, Build};
use repositories::{REPOSITORIES, Repository, Tags};

/// A family of images that share what they have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// `windows/nanoserver`.
    NanoServer,
    /// `windows/servercore`.
    ServerCore,
    /// `windows`, up to 20H2.
    Windows,
    /// `windows/server`, from ltsc2022.
    Server,
    /// `windows/servercore/iis`.
    ServerCoreIis,
    /// `dotnet/framework/runtime`.
    FrameworkRuntime,
    /// `dotnet/framework/sdk`.
    FrameworkSdk,
    /// `dotnet/framework/aspnet`.
    FrameworkAspnet,
    /// `dotnet/framework/wcf`.
    FrameworkWcf,
    /// `dotnet/framework/samples`.
    FrameworkSamples,
    /// `dotnet/sdk`.
    DotnetSdk,
    /// `dotnet/aspnet`.
    DotnetAspnet,
    /// `dotnet/runtime`.
    DotnetRuntime,
    /// `mcr.microsoft.com/powershell`.
    PowerShell,
    /// `mcr.microsoft.com/businesscentral`.
    BusinessCentral,
    /// The base of Kubernetes' HostProcess containers: no shell, no `RUN`.
    HostProcess,
    /// `.../insider` previews.
    Insider,
    /// Docker Hub images that exist for Windows and Linux (`golang`, `python`, ...).
    OfficialWindows,
    /// Windows, and nothing more is known.
    OtherWindows,
    /// Linux.
    Linux,
    /// The empty image.
    Scratch,
}

/// The operating system of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Os {
    /// Windows.
    Windows,
    /// Linux.
    Linux,
    /// The tag has both; the builder's own decides.
    Either,
}

/// Which PowerShells an image has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PowerShells {
    /// `powershell.exe`.
    pub windows_powershell: bool,
    /// `pwsh.exe`.
    pub pwsh: bool,
}

/// The shell that a shell-form instruction meets when the Dockerfile sets none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DefaultShell {
    /// `cmd /S /C`.
    Cmd,
    /// `powershell -Command`, left behind by the base image's `SHELL`.
    PowerShell {
        /// Whether it begins with `$ErrorActionPreference = 'Stop'` and silent progress.
        prologue: bool,
    },
    /// `/bin/sh -c`.
    Sh,
    /// None: nothing can run.
    None,
}

/// The account that an image runs as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum User {
    /// `ContainerAdministrator`.
    ContainerAdministrator,
    /// `ContainerUser`.
    ContainerUser,
    /// Linux, or the host's account: another than the two of Windows images.
    Other,
}

/// What an image starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryPoint {
    /// `C:\ServiceMonitor.exe w3svc`: needs an administrator, takes `CMD` as further arguments.
    ServiceMonitor,
}

/// What is known of a base image. Where [`BaseImage::os`] is [`Os::Either`], all else holds for Windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BaseImage {
    /// The family.
    pub family: Family,
    /// The operating system.
    pub os: Os,
    /// The build of Windows that the tag names.
    pub build: Option<&'static Build>,
    /// Whether it stands on Nano Server.
    pub nano: bool,
    /// Which PowerShells it has.
    pub powershell: PowerShells,
    /// The shell of shell-form instructions.
    pub default_shell: DefaultShell,
    /// The account.
    pub default_user: User,
    /// What it starts, where that matters.
    pub entrypoint: Option<EntryPoint>,
    /// Whether it is for building, not for running.
    pub sdk: bool,
    /// Whether its repository has images for Windows and for Linux.
    pub multi_os: bool,
    /// Why it is taken for what it is.
    pub evidence: &'static str,
    /// How sure that is.
    pub confidence: Confidence,
}

/// What an image is, by its repository (as written, or with registry and `library/`) and its tag. `None` when
/// neither says anything.
pub fn lookup(name: &str, tag: Option<&str>) -> Option<BaseImage> {
    let name = normalise(name);
    let tag = tag.unwrap_or("").to_ascii_lowercase();
    if let Some(repository) = REPOSITORIES.iter().find(|repository| repository.path == name) {
        return Some(from_repository(repository, &tag, Confidence::High));
    }
    if linux::is_known(&name) && !tag_is_windows(&tag, false) {
        return Some(linux_image("a repository with Linux images only", Confidence::High));
    }
    let mirrored = REPOSITORIES.iter().filter(|repository| is_mirror(&name, repository.path));
    if let Some(repository) = mirrored.max_by_key(|repository| repository.path.len()) {
        return Some(from_repository(repository, &tag, Confidence::Medium));
    }
    from_words(&name, &tag)
}

/// The name in lower case without Docker Hub's registry and `library/`; mirrors of Hub's official images too.
pub fn normalise(name: &str) -> String {
    let mut name = name.trim().trim_end_matches('/').to_ascii_lowercase();
    let mut rest = name.as_str();
    for registry in [
        "docker.io/",
        "index.docker.io/",
        "registry-1.docker.io/",
        "registry.hub.docker.com/",
        "public.ecr.aws/docker/",
        "mcr.microsoft.com/mirror/docker/",
        "mirror.gcr.io/",
    ] {
        rest = rest.strip_prefix(registry).unwrap_or(rest);
    }
    let start = name.len() - rest.strip_prefix("library/").unwrap_or(rest).len();
    name.drain(..start);
    name
}

/// Whether `name` is a copy of a repository of Microsoft's registry elsewhere: it ends with the same path.
fn is_mirror(name: &str, path: &str) -> bool {
    const REGISTRY: &str = "mcr.microsoft.com/";
    // The last byte tells most of them apart.
    if name.as_bytes().last() != path.as_bytes().last() || name.starts_with(REGISTRY) {
        return false;
    }
    let path = path.strip_prefix(REGISTRY).filter(|path| path.contains('/'));
    path.and_then(|path| name.strip_suffix(path)).is_some_and(|before| before.is_empty() || before.ends_with('/'))
}

/// Whether a tag says Windows: by words that only Windows images use, and in a `windows` repository also by a
/// bare version.
fn tag_is_windows(tag: &str, windows_repository: bool) -> bool {
    tag.contains("windowsservercore")
        || tag.contains("nanoserver")
        || tag.contains("servercore")
        || tag.split(['-', '_']).any(|word| word.starts_with("windows") || is_long_term(word))
        || windows_repository && build::by_tag(tag).is_some()
}

fn is_long_term(word: &str) -> bool {
    word.strip_prefix("ltsc20").is_some_and(|year| year.len() == 2 && year.bytes().all(|byte| byte.is_ascii_digit()))
}

fn from_repository(repository: &Repository, tag: &str, found_by: Confidence) -> BaseImage {
    let confidence = repository.confidence.min(found_by);
    let os = match repository.tags {
        Tags::Windows => Os::Windows,
        Tags::Linux => Os::Linux,
        Tags::Either if tag_is_windows(tag, false) => Os::Windows,
        Tags::Either if linux::tag_says_linux(tag) => Os::Linux,
        Tags::Either => Os::Either,
    };
    if os == Os::Linux {
        let image = linux_image("the repository or the tag is for Linux", confidence);
        return BaseImage { multi_os: repository.tags == Tags::Either, sdk: is_sdk(repository, tag), ..image };
    }
    let build = build::by_tag(tag).or_else(|| former_latest(repository, tag)).filter(|build| build.has_image());
    let nano = is_nano(repository, tag);
    // Nano Server of 2016 still had a PowerShell and ran as administrator.
    let full = !nano || build.is_some_and(|build| build.number == 14393);
    BaseImage {
        family: repository.family,
        os,
        build,
        nano,
        powershell: PowerShells {
            windows_powershell: full && repository.family != Family::HostProcess,
            pwsh: repository.pwsh,
        },
        default_shell: default_shell(repository, tag, nano),
        default_user: match repository.family {
            Family::HostProcess | Family::Scratch => User::Other,
            _ if full => User::ContainerAdministrator,
            _ => User::ContainerUser,
        },
        entrypoint: repository.service_monitor.then_some(EntryPoint::ServiceMonitor),
        sdk: is_sdk(repository, tag),
        multi_os: repository.tags == Tags::Either,
        evidence: repository.evidence,
        confidence,
    }
}

/// The two bases on Docker Hub had a `latest`, and it stayed at 2016.
fn former_latest(repository: &Repository, tag: &str) -> Option<&'static Build> {
    let had_one = matches!(repository.path, "microsoft/nanoserver" | "microsoft/windowsservercore");
    if had_one && matches!(tag, "" | "latest") { build::by_tag("ltsc2016") } else { None }
}

/// Whether a tag of this repository stands on Nano Server; a tag that names no base has the repository's own.
fn is_nano(repository: &Repository, tag: &str) -> bool {
    match repository.family {
        Family::NanoServer => true,
        _ if tag.contains("nanoserver") => true,
        _ if tag.contains("servercore") => false,
        _ => repository.nano,
    }
}

/// Some repositories have images for building and for running (`microsoft/dotnet:2.1-runtime` and, of the first
/// years, `1.1-core`; `eclipse-temurin:21-jre`).
fn is_sdk(repository: &Repository, tag: &str) -> bool {
    let runs = tag.split('-').any(|word| matches!(word, "runtime" | "jre" | "core"));
    repository.sdk && (!runs || tag.contains("sdk"))
}

fn default_shell(repository: &Repository, tag: &str, nano: bool) -> DefaultShell {
    match repository.family {
        Family::HostProcess | Family::Scratch => DefaultShell::None,
        Family::FrameworkAspnet if tag.starts_with("3.5") => DefaultShell::Cmd,
        Family::FrameworkSdk | Family::FrameworkAspnet | Family::FrameworkWcf if framework_uses_powershell(tag) => {
            DefaultShell::PowerShell { prologue: true }
        }
        // The retired repository on Docker Hub has the images for building, too.
        Family::FrameworkRuntime if tag.contains("sdk") && framework_uses_powershell(tag) => {
            DefaultShell::PowerShell { prologue: true }
        }
        _ if repository.powershell && !nano => DefaultShell::PowerShell { prologue: true },
        _ => DefaultShell::Cmd,
    }
}

/// `SHELL` is PowerShell in the images up to 4.8, except on 20H2 and later; 4.8.1 has cmd everywhere (the Dockerfiles in
/// microsoft/dotnet-framework-docker and its history).
fn framework_uses_powershell(tag: &str) -> bool {
    let version = tag.split('-').next().unwrap_or(tag);
    let is_late = build::by_tag(tag).is_some_and(|build| build.number >= 19042);
    (version.starts_with("4.7") || version.starts_with("4.6") || version == "3.5" || version == "4.8") && !is_late
}

fn linux_image(evidence: &'static str, confidence: Confidence) -> BaseImage {
    BaseImage {
        family: Family::Linux,
        os: Os::Linux,
        build: None,
        nano: false,
        powershell: PowerShells { windows_powershell: false, pwsh: false },
        default_shell: DefaultShell::Sh,
        default_user: User::Other,
        entrypoint: None,
        sdk: false,
        multi_os: false,
        evidence,
        confidence,
    }
}

/// What the words in the name and the tag of an unlisted image say.
fn from_words(name: &str, tag: &str) -> Option<BaseImage> {
    if linux::name_says_linux(name) {
        return Some(linux_image("the repository's name", Confidence::Medium));
    }
    let windows_repository = name.starts_with("mcr.microsoft.com/windows")
        || name.starts_with("winamd64/")
        || name.starts_with("stefanscherer/")
        || name.contains("nanoserver")
        || name.contains("servercore")
        || name.contains("-windows-")
        || name.ends_with("-windows")
        || name.ends_with("/windows");
    if !windows_repository && !tag_is_windows(tag, false) {
        let linux = linux::tag_says_linux(tag) && !tag.is_empty();
        return linux.then(|| linux_image("the tag", Confidence::Medium));
    }
    let nano = name.contains("nanoserver") || tag.contains("nanoserver");
    let by_name = windows_repository && !tag_is_windows(tag, true);
    Some(BaseImage {
        family: Family::OtherWindows,
        os: Os::Windows,
        build: build::by_tag(tag).filter(|build| build.has_image()),
        nano,
        powershell: PowerShells { windows_powershell: !nano, pwsh: false },
        default_shell: DefaultShell::Cmd,
        default_user: if nano { User::ContainerUser } else { User::ContainerAdministrator },
        entrypoint: None,
        sdk: false,
        multi_os: false,
        evidence: if by_name { "the repository's name" } else { "the tag" },
        confidence: Confidence::Medium,
    })
}
