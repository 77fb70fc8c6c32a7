//! What the images of a family have and have not: one row per fact.

use super::base_image::{BaseImage, Family, Os};
use super::{Answer, Confidence};

/// Something that a command may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Capability {
    /// `powershell.exe`.
    WindowsPowerShell,
    /// `pwsh.exe`.
    Pwsh,
    /// `msiexec.exe` and its service.
    Msi,
    /// DISM with its servicing stack.
    Dism,
    /// Installing roles and features of the server.
    ServerFeatures,
    /// 32-bit programs.
    Wow64,
    /// `curl.exe` and `tar.exe`.
    CurlAndTar,
    /// The background transfer service.
    Bits,
    /// Windows Management Instrumentation.
    Wmi,
    /// Windows Script Host (`cscript`, `wscript`).
    ScriptHost,
    /// .NET Framework.
    NetFramework,
    /// TLS 1.2 in .NET and Windows PowerShell without asking for it.
    Tls12ByDefault,
    /// Windows Update and `wusa`.
    WindowsUpdate,
    /// MSIX and `winget`.
    Msix,
}

/// A fact.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Whom it is about.
    pub of: Subject,
    /// The builds it holds for, from and up to.
    pub builds: (u32, u32),
    /// What it is about.
    pub capability: Capability,
    /// Whether the image has it.
    pub answer: Answer,
    /// How sure the row is.
    pub confidence: Confidence,
}

/// The images a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// What stands on Nano Server.
    Nano,
    /// What stands on Server Core.
    Core,
    /// `windows` and `windows/server`.
    Full,
}

const ANY: (u32, u32) = (0, u32::MAX);
const BEFORE_2025: (u32, u32) = (0, 26099);
const FROM_2025: (u32, u32) = (26100, u32::MAX);
const ONLY_2016: (u32, u32) = (0, 14393);
const AFTER_2016: (u32, u32) = (14394, u32::MAX);
const FROM_1803: (u32, u32) = (17134, u32::MAX);
const BEFORE_1803: (u32, u32) = (0, 17133);

const fn row(of: Subject, builds: (u32, u32), what: Capability, answer: Answer) -> Row {
    Row { of, builds, capability: what, answer, confidence: Confidence::High }
}

const fn likely(row: Row) -> Row {
    Row { confidence: Confidence::Medium, ..row }
}

use Answer::{No, Unsure, Yes};
use Capability::*;
use Subject::{Core, Full, Nano};

/// All facts. Of two rows for one image the first counts.
#[rustfmt::skip]
pub static ROWS: &[Row] = &[
    row(Nano, ONLY_2016, WindowsPowerShell, Yes), // PowerShell 5.1 of the Core edition
    likely(row(Nano, FROM_2025, WindowsPowerShell, No)), // may be added as a feature on demand
    row(Nano, AFTER_2016, WindowsPowerShell, No), // `powershell` is not found and the step fails
    row(Nano, ANY, Pwsh, No), // only dotnet/sdk and powershell images bring pwsh
    likely(row(Nano, ANY, Msi, No)), // there is no msiexec; install in a Server Core stage and copy the result
    row(Nano, FROM_2025, Dism, Yes), // only /Add-Capability, as ContainerAdministrator
    row(Nano, ONLY_2016, Dism, Yes), // /Add-Package, as the IIS image of that year did
    row(Nano, BEFORE_2025, Dism, No), // there is no servicing stack
    row(Nano, ANY, ServerFeatures, No), // roles and features need Server Core
    likely(row(Nano, FROM_2025, Wow64, Unsure)), // announced as a feature on demand
    row(Nano, BEFORE_2025, Wow64, No), // 64-bit programs only
    likely(row(Nano, FROM_1803, CurlAndTar, Yes)),
    row(Nano, BEFORE_1803, CurlAndTar, No), // curl.exe and tar.exe came with 1803
    row(Nano, ANY, Bits, No),
    row(Nano, ANY, Wmi, No), // wmic, Get-WmiObject and Get-CimInstance do not work
    row(Nano, ANY, ScriptHost, No), // cscript and wscript are missing
    row(Nano, ANY, NetFramework, No), // only .NET runs, not .NET Framework
    row(Nano, ANY, Tls12ByDefault, Yes),
    row(Nano, ANY, WindowsUpdate, No),
    row(Nano, ANY, Msix, No),
    row(Core, ANY, WindowsPowerShell, Yes), // 5.1
    row(Core, ANY, Pwsh, No), // PowerShell 7 has to be installed
    row(Core, ANY, Msi, Yes),
    row(Core, ANY, Dism, Yes),
    row(Core, ANY, ServerFeatures, Yes), // about 120 payloads are removed: BITS, SMB1, Hyper-V, Containers, Windows Defender, printing, DFS, NFS, WINS, SNMP
    row(Core, ANY, Wow64, Yes),
    row(Core, FROM_1803, CurlAndTar, Yes),
    row(Core, BEFORE_1803, CurlAndTar, No), // curl.exe and tar.exe came with 1803; use Invoke-WebRequest and Expand-Archive
    row(Core, FROM_1803, Bits, No), // the BITS payload was removed with 1803
    likely(row(Core, BEFORE_1803, Bits, Unsure)), // needs a user session
    row(Core, ANY, Wmi, Yes),
    row(Core, ANY, ScriptHost, Yes),
    row(Core, ANY, NetFramework, Yes),
    row(Core, ONLY_2016, Tls12ByDefault, No), // set [Net.ServicePointManager]::SecurityProtocol first
    row(Core, AFTER_2016, Tls12ByDefault, Yes),
    row(Core, ANY, WindowsUpdate, No), // wusa does not work; expand the .msu and add the .cab with dism
    row(Core, ANY, Msix, No), // winget needs MSIX, which Server Core has not
    row(Full, ANY, WindowsPowerShell, Yes), // 5.1
    row(Full, ANY, Pwsh, No), // PowerShell 7 has to be installed
    row(Full, ANY, Msi, Yes),
    row(Full, ANY, Dism, Yes),
    row(Full, ANY, ServerFeatures, Yes),
    row(Full, ANY, Wow64, Yes),
    row(Full, ANY, CurlAndTar, Yes),
    likely(row(Full, ANY, Bits, Unsure)), // needs a user session
    row(Full, ANY, Wmi, Yes),
    row(Full, ANY, ScriptHost, Yes),
    row(Full, ANY, NetFramework, Yes),
    row(Full, ANY, Tls12ByDefault, Yes),
    row(Full, ANY, WindowsUpdate, No), // there is no servicing in containers
    likely(row(Full, ANY, Msix, No)), // the deployment service needs a user session
];

/// The row that answers whether an image has something. `None` for Linux and for images without a base. An
/// image whose build is not known gets an answer only where all supported builds agree.
pub fn find(image: &BaseImage, capability: Capability) -> Option<&'static Row> {
    let of = subject(image)?;
    let mut rows = ROWS.iter().filter(|row| row.of == of && row.capability == capability);
    match image.build {
        Some(build) => rows.find(|row| row.builds.0 <= build.number && build.number <= row.builds.1),
        None => {
            // Without a tag the oldest build in support and the newest decide together.
            let current =
                [17763, 26100].map(|number| rows.clone().find(|row| row.builds.0 <= number && number <= row.builds.1));
            let [old, new] = [current[0]?, current[1]?];
            (old.answer == new.answer).then_some(if old.confidence < new.confidence { old } else { new })
        }
    }
}

/// Whether an image has something, with what its family adds to the base.
pub fn has(image: &BaseImage, capability: Capability) -> Answer {
    if image.os == Os::Linux || matches!(image.family, Family::HostProcess | Family::Scratch) {
        return Answer::No;
    }
    match capability {
        Capability::Pwsh if image.powershell.pwsh => Answer::Yes,
        Capability::WindowsPowerShell if image.powershell.windows_powershell => Answer::Yes,
        _ => find(image, capability).map_or(Answer::Unsure, |row| row.answer),
    }
}

fn subject(image: &BaseImage) -> Option<Subject> {
    match image.family {
        Family::Linux | Family::Scratch | Family::HostProcess => None,
        _ if image.os == Os::Linux => None,
        _ if image.nano => Some(Subject::Nano),
        Family::Windows | Family::Server => Some(Subject::Full),
        _ => Some(Subject::Core),
    }
}

/// Programs that Nano Server lacks and Server Core has, in lower case without `.exe`, with the confidence.
#[rustfmt::skip]
static MISSING_ON_NANO: &[(&str, Confidence)] = &[
    ("bitsadmin", Confidence::High), ("cscript", Confidence::High), ("msiexec", Confidence::High),
    ("powershell", Confidence::High), ("regsvr32", Confidence::Medium), ("tzutil", Confidence::Medium),
    ("whoami", Confidence::High), ("wmic", Confidence::High), ("wscript", Confidence::High),
    ("wusa", Confidence::High),
];

/// Whether Nano Server (after 2016) lacks a program that Server Core has, and how sure that is.
pub fn missing_on_nano(program: &str) -> Option<Confidence> {
    let name = program.to_ascii_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    MISSING_ON_NANO.iter().find(|(missing, _)| *missing == name).map(|(_, confidence)| *confidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::base_image::lookup;

    fn answer(name: &str, tag: &str, capability: Capability) -> Answer {
        has(&lookup(name, Some(tag)).expect("a known image"), capability)
    }

    #[test]
    fn answers_follow_family_and_build() {
        let nano = "mcr.microsoft.com/windows/nanoserver";
        let core = "mcr.microsoft.com/windows/servercore";
        for (name, tag, capability, expected) in [
            (nano, "ltsc2022", WindowsPowerShell, No),
            (nano, "sac2016", WindowsPowerShell, Yes),
            (nano, "ltsc2022", Dism, No),
            (nano, "sac2016", Dism, Yes),
            (nano, "ltsc2025", Dism, Yes),
            (nano, "", Dism, Unsure),
            (nano, "", Msi, No),
            (nano, "ltsc2025", Wow64, Unsure),
            (core, "ltsc2016", Tls12ByDefault, No),
            (core, "ltsc2019", Tls12ByDefault, Yes),
            (core, "ltsc2016", CurlAndTar, No),
            (core, "ltsc2022", Bits, No),
            (core, "ltsc2022", Pwsh, No),
            ("mcr.microsoft.com/dotnet/sdk", "8.0-nanoserver-ltsc2022", Pwsh, Yes),
            ("mcr.microsoft.com/windows/server", "ltsc2022", Bits, Unsure),
            ("mcr.microsoft.com/dotnet/framework/sdk", "4.8.1", Msi, Yes),
            ("alpine", "3.20", Msi, No),
        ] {
            assert_eq!(answer(name, tag, capability), expected, "{name}:{tag} {capability:?}");
        }
        assert_eq!(missing_on_nano("MSIEXEC.EXE"), Some(Confidence::High));
        assert_eq!(missing_on_nano("reg"), None);
    }

    #[test]
    fn every_family_of_images_has_an_answer_to_everything() {
        for of in [Nano, Core, Full] {
            for capability in ROWS.iter().map(|row| row.capability) {
                for build in [14393, 16299, 17763, 20348, 26100] {
                    let covers = |row: &&Row| row.builds.0 <= build && build <= row.builds.1;
                    let found = ROWS.iter().filter(|row| row.of == of && row.capability == capability).find(covers);
                    assert!(found.is_some(), "{of:?} {capability:?} {build}");
                }
            }
        }
    }
}
