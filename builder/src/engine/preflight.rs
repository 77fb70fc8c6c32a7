//! Does the engine fit what is to be built? Asked before anything is pulled.

use std::path::Path;

use bollard::models::SystemInfo;
use dockerfile::facts::Answer;
use dockerfile::facts::compat;

use crate::image::Platform;
use crate::progress::size;

use super::connection::{Connection, SHORT};
use super::endpoint::Transport;
use super::error::EngineError;
use super::settings::Isolation;

/// What an engine says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineInfo {
    /// Its own id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Which containers it runs: `windows` or `linux`.
    pub os: String,
    /// The system it runs on, in its own words.
    pub system: String,
    /// On Windows, the build of the host: 20348.
    pub build: Option<u32>,
    /// On Windows, how containers are kept apart unless told otherwise.
    pub isolation: Isolation,
    /// Whether images are containerd's: their configs then cannot be written by us.
    pub containerd: bool,
    /// The folder of its data.
    pub folder: String,
}

/// The oldest engine whose API has what a step needs.
const OLDEST: (u64, u64) = (19, 3);
/// Nothing is built with less free disk.
const TOO_LITTLE: u64 = 1 << 30;
/// A base image of Windows and one install fill this.
const LITTLE: u64 = 20 << 30;

impl EngineInfo {
    pub(super) fn read(info: SystemInfo) -> Self {
        let kernel = info.kernel_version.unwrap_or_default();
        let status = info.driver_status.unwrap_or_default();
        let os = info.os_type.unwrap_or_default();
        let isolation = match info.isolation.map(|isolation| isolation.to_string()).as_deref() {
            Some("process") => Isolation::Process,
            Some("hyperv") => Isolation::HyperV,
            _ => Isolation::Default,
        };
        EngineInfo {
            id: info.id.or(info.name).unwrap_or_default(),
            version: info.server_version.unwrap_or_default(),
            build: (os == "windows").then(|| kernel.split_whitespace().nth(1)?.parse().ok()).flatten(),
            os,
            system: info.operating_system.unwrap_or_default(),
            isolation,
            containerd: status.iter().flatten().any(|word| word.starts_with("io.containerd.snapshotter")),
            folder: info.docker_root_dir.unwrap_or_default(),
        }
    }

    /// Whether it runs Windows containers.
    pub fn is_windows(&self) -> bool {
        self.os == "windows"
    }
}

/// What is to be built, for the check.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The platform of the image.
    pub platform: &'a Platform,
    /// The base images with their platforms.
    pub bases: &'a [(String, Platform)],
    /// The isolation asked for.
    pub isolation: Isolation,
}

/// Checks an engine. Gives what is worth knowing and no reason to stop.
///
/// # Errors
/// The reason why this engine cannot build that, and what to do.
pub fn check(engine: &EngineInfo, wanted: &Wanted, free: Option<u64>) -> Result<Vec<String>, EngineError> {
    let mut notes = Vec::new();
    check_version(engine)?;
    if wanted.platform.os != engine.os {
        let what = format!(
            "the image is for {}, and the engine runs {} containers ({})",
            wanted.platform.os, engine.os, engine.system
        );
        let help = match wanted.platform.is_windows() {
            true => {
                "switch the engine to Windows containers (in Docker Desktop: Switch to Windows containers), point DOCKER_HOST at a Windows host, or take the steps from a host that built them: --cache-from"
            }
            false => "switch the engine to Linux containers, or point DOCKER_HOST at one that runs them",
        };
        return Err(unfit(what, &[help]));
    }
    let isolation = if wanted.isolation == Isolation::Default { engine.isolation } else { wanted.isolation };
    for (name, platform) in wanted.bases {
        notes.extend(check_base(engine, isolation, name, platform)?);
    }
    match free {
        Some(free) if free < TOO_LITTLE => {
            let what = format!("the disk of {} has {} left", engine.folder, size(free));
            return Err(unfit(what, &["docker system prune frees what nothing uses"]));
        }
        Some(free) if free < LITTLE && engine.is_windows() => {
            notes.push(format!(
                "the disk of {} has {} left; a base image and an install may need 20 GB",
                engine.folder,
                size(free)
            ));
        }
        _ => {}
    }
    Ok(notes)
}

fn check_version(engine: &EngineInfo) -> Result<(), EngineError> {
    let mut parts = engine.version.split('.').map(|part| part.parse::<u64>());
    let (Some(Ok(major)), Some(Ok(minor))) = (parts.next(), parts.next()) else { return Ok(()) };
    if (major, minor) >= OLDEST {
        return Ok(());
    }
    let what = format!("the engine is {}, and 19.03 is the oldest that builds", engine.version);
    Err(unfit(what, &["update the engine"]))
}

/// Whether the host runs this base image.
fn check_base(
    engine: &EngineInfo,
    isolation: Isolation,
    name: &str,
    platform: &Platform,
) -> Result<Option<String>, EngineError> {
    let image = platform.os_version.as_deref().and_then(|version| version.split('.').nth(2)?.parse().ok());
    let (Some(host), Some(image)) = (engine.build, image) else { return Ok(None) };
    let compat = compat::check(host, image);
    let (answer, word) = match isolation {
        Isolation::HyperV => (compat.hyperv, "Hyper-V"),
        Isolation::Process | Isolation::Default => (compat.process, "process"),
    };
    let text = format!("{name} is for build {image} of Windows, and the host is {host}");
    match answer {
        Answer::Yes => Ok(None),
        Answer::Unsure => Ok(Some(format!("{text}: with {word} isolation this may not run"))),
        Answer::No if compat.hyperv != Answer::No && isolation != Isolation::HyperV => {
            let help = "take the base image's tag for the host's build, or build with --isolation hyperv";
            Err(unfit(format!("{text}: process isolation does not run it"), &[help]))
        }
        Answer::No => {
            let help = "take the base image's tag for the host's build, or build on a newer host";
            Err(unfit(format!("{text}: an image that is newer than its host does not run"), &[help]))
        }
    }
}

fn unfit(what: String, help: &[&str]) -> EngineError {
    EngineError::Unfit(what, help.iter().map(|text| (*text).to_owned()).collect())
}

impl Connection {
    /// What the engine says of itself.
    ///
    /// # Errors
    /// When it does not say it.
    pub fn info(&self) -> Result<EngineInfo, EngineError> {
        Ok(EngineInfo::read(self.ask("asking the engine what it is", SHORT, self.docker().info())?))
    }

    /// The free bytes on the disk of the engine's data, where the engine is on this host.
    pub fn free_disk(&self, engine: &EngineInfo) -> Option<u64> {
        let is_here = matches!(self.endpoint().transport, Transport::Unix(_) | Transport::Pipe(_));
        let folder = Path::new(&engine.folder);
        // A folder of that name here is no proof, but an engine in a virtual machine has its own names.
        (is_here && folder.is_dir()).then(|| fs4::available_space(folder).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(os: &str, build: Option<u32>) -> EngineInfo {
        EngineInfo {
            id: "E".to_owned(),
            version: "20.10.24+dfsg1".to_owned(),
            os: os.to_owned(),
            system: "a host".to_owned(),
            build,
            isolation: Isolation::Process,
            containerd: false,
            folder: "C:\\ProgramData\\docker".to_owned(),
        }
    }

    fn windows(version: &str) -> Platform {
        Platform { os_version: Some(version.to_owned()), ..Platform::new("windows", "amd64") }
    }

    fn checked(
        engine: &EngineInfo,
        base: &str,
        isolation: Isolation,
        free: Option<u64>,
    ) -> Result<Vec<String>, String> {
        let platform = Platform::new("windows", "amd64");
        let bases = [("servercore".to_owned(), windows(base))];
        check(engine, &Wanted { platform: &platform, bases: &bases, isolation }, free)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_sample_of_a_windows_host_is_read() {
        let info = SystemInfo {
            kernel_version: Some("10.0 20348 (20348.1.amd64fre.fe_release.210507-1500)".to_owned()),
            os_type: Some("windows".to_owned()),
            ..SystemInfo::default()
        };
        assert_eq!(EngineInfo::read(info).build, Some(20348));
    }

    #[test]
    fn an_engine_of_the_other_mode_is_refused_before_anything_is_pulled() {
        let error = checked(&engine("linux", None), "10.0.20348.1", Isolation::Default, None).unwrap_err();
        assert!(error.contains("the image is for windows, and the engine runs linux containers"), "{error}");
    }

    #[test]
    fn the_base_is_held_against_the_host() {
        let host = engine("windows", Some(20348));
        assert_eq!(checked(&host, "10.0.20348.2700", Isolation::Default, None), Ok(Vec::new()));
        let older = checked(&host, "10.0.17763.1", Isolation::Default, None).unwrap_err();
        assert!(older.contains("process isolation does not run it"), "{older}");
        assert_eq!(checked(&host, "10.0.17763.1", Isolation::HyperV, None), Ok(Vec::new()));
        let newer = checked(&host, "10.0.26100.1", Isolation::HyperV, None).unwrap_err();
        assert!(newer.contains("newer than its host"), "{newer}");
        let unsure = checked(&engine("windows", Some(26200)), "10.0.20348.1", Isolation::Default, None).unwrap();
        assert!(unsure[0].contains("may not run"), "{unsure:?}");
    }

    #[test]
    fn a_full_disk_and_an_old_engine_are_refused() {
        let host = engine("windows", Some(20348));
        assert!(checked(&host, "10.0.20348.1", Isolation::Default, Some(1 << 20)).is_err());
        assert_eq!(checked(&host, "10.0.20348.1", Isolation::Default, Some(5 << 30)).unwrap().len(), 1);
        let old = EngineInfo { version: "18.09.9".to_owned(), ..host };
        assert!(checked(&old, "10.0.20348.1", Isolation::Default, None).unwrap_err().contains("19.03"));
    }
}
