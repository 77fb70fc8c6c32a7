//! Hosts that build and run images: how they isolate containers, what they are called, and the runner images of CI
//! services.

use super::build::{self, Build, Channel};
use super::compat;
use super::{Answer, Confidence};

/// How a host keeps a container apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Isolation {
    /// On the kernel of the host.
    Process,
    /// In a small virtual machine with a kernel of its own.
    HyperV,
}

impl Isolation {
    /// The name on Docker's command line.
    pub const fn name(self) -> &'static str {
        match self {
            Isolation::Process => "process",
            Isolation::HyperV => "hyperv",
        }
    }

    /// The isolation of a name, if there is one.
    pub fn from_name(name: &str) -> Option<Isolation> {
        [Isolation::Process, Isolation::HyperV].into_iter().find(|isolation| isolation.name() == name)
    }
}

/// A host as a team has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its Windows.
    pub build: &'static Build,
    /// How it isolates.
    pub isolation: Isolation,
}

impl Host {
    /// What it does with an image of a build.
    pub const fn runs(&self, image: &Build) -> Answer {
        let compat = compat::check(self.build.number, image.number);
        match self.isolation {
            Isolation::Process => compat.process,
            Isolation::HyperV => compat.hyperv,
        }
    }
}

/// What a host isolates with unless it is told otherwise: clients always with Hyper-V.
pub fn usual_isolation(build: &Build) -> Isolation {
    if build.channel == Channel::Client { Isolation::HyperV } else { Isolation::Process }
}

/// The host of a name: a tag (`ltsc2022`), a Windows (`win11-24h2`, `Windows Server 2022`), a build number (`20348`,
/// `10.0.20348`) or a runner image (`windows-2022`).
pub fn named(name: &str) -> Option<&'static Build> {
    let lower = name.trim().to_ascii_lowercase();
    let runner = RUNNERS.iter().find(|runner| runner.image == lower).and_then(|runner| build::by_number(runner.build));
    let exact = || {
        build::BUILDS.iter().find(|build| {
            build.tag.eq_ignore_ascii_case(&lower)
                || build.display.eq_ignore_ascii_case(&lower)
                || build.aliases.contains(&lower.as_str())
        })
    };
    let number = || build::by_number(lower.strip_prefix("10.0.").unwrap_or(&lower).split('.').next()?.parse().ok()?);
    runner.or_else(exact).or_else(number)
}

/// The names that [`named`] knows, for a question what was meant.
pub fn names() -> impl Iterator<Item = &'static str> {
    build::BUILDS.iter().map(|build| build.tag).chain(RUNNERS.iter().map(|runner| runner.image))
}

/// A CI service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// GitHub Actions.
    GitHub,
    /// Azure Pipelines.
    Azure,
}

impl Service {
    /// The name.
    pub const fn name(self) -> &'static str {
        match self {
            Service::GitHub => "GitHub Actions",
            Service::Azure => "Azure Pipelines",
        }
    }
}

/// A runner image that a CI service offers.
#[derive(Debug)]
pub struct Runner {
    /// Whose.
    pub service: Service,
    /// Its label (`runs-on`, `vmImage`).
    pub image: &'static str,
    /// Its build of Windows.
    pub build: u32,
    /// How sure the row is.
    pub confidence: Confidence,
}

const fn runner(service: Service, image: &'static str, build: u32, confidence: Confidence) -> Runner {
    Runner { service, image, build, confidence }
}

/// The runner images with Windows that can run containers, as of November 2026. Both services take them from
/// actions/runner-images; `windows-2019` is gone since the middle of 2025, and `windows-latest` is Windows Server 2025
/// since September 2025.
pub static RUNNERS: &[Runner] = &[
    runner(Service::GitHub, "windows-2022", 20348, Confidence::High),
    runner(Service::GitHub, "windows-2025", 26100, Confidence::High),
    runner(Service::GitHub, "windows-latest", 26100, Confidence::High),
    runner(Service::Azure, "windows-2022", 20348, Confidence::High),
    runner(Service::Azure, "windows-2025", 26100, Confidence::High),
    runner(Service::Azure, "windows-latest", 26100, Confidence::Medium),
];

/// The runner images of a service that can build and run an image of a build with process isolation. Their hosts
/// are virtual machines, in which Hyper-V isolation is not to be had.
pub fn runners(service: Service, image: &Build) -> Vec<&'static str> {
    let fits = |runner: &&Runner| {
        runner.service == service && compat::check(runner.build, image.number).process == Answer::Yes
    };
    RUNNERS.iter().filter(fits).map(|runner| runner.image).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_many_names() {
        for (name, tag) in [
            ("ltsc2022", "ltsc2022"),
            ("LTSC2019", "ltsc2019"),
            ("1809", "ltsc2019"),
            ("20348", "ltsc2022"),
            ("10.0.26100.2314", "ltsc2025"),
            ("Windows Server 2022", "ltsc2022"),
            ("win11-24h2", "win11-24h2"),
            ("windows-2025", "ltsc2025"),
            ("windows-latest", "ltsc2025"),
        ] {
            assert_eq!(named(name).map(|build| build.tag), Some(tag), "{name}");
        }
        assert_eq!(named("ubuntu-latest"), None);
        assert_eq!(named("ltsc2021"), None);
    }

    #[test]
    fn a_host_runs_what_the_table_says() {
        let host = |name, isolation| Host { build: named(name).unwrap(), isolation };
        let (old, new) = (named("ltsc2019").unwrap(), named("ltsc2022").unwrap());
        assert_eq!(host("ltsc2022", Isolation::Process).runs(old), Answer::No);
        assert_eq!(host("ltsc2022", Isolation::HyperV).runs(old), Answer::Yes);
        assert_eq!(host("ltsc2019", Isolation::HyperV).runs(new), Answer::No);
        assert_eq!(runners(Service::GitHub, new), ["windows-2022", "windows-2025", "windows-latest"]);
        assert_eq!(runners(Service::Azure, old), [""; 0]);
        assert_eq!(usual_isolation(named("win11-24h2").unwrap()), Isolation::HyperV);
    }
}
