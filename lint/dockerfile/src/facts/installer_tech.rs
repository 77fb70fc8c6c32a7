//! Technologies that installers are made with: their silent switches, what they mistake for one, and whether
//! the shell waits for them.

use super::Confidence;

/// A technology.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Technology {
    /// Windows Installer packages and patches.
    Msi,
    /// Nullsoft's.
    Nsis,
    /// Inno Setup.
    Inno,
    /// WiX bundles.
    Burn,
    /// InstallShield around an MSI.
    InstallShieldMsi,
    /// InstallShield's own script, also Oracle's Java.
    InstallShieldScript,
    /// Squirrel.Windows: installs for one user.
    Squirrel,
    /// Wise.
    Wise,
    /// BitRock, InstallBuilder.
    BitRock,
    /// install4j.
    Install4j,
    /// IExpress, PackageForTheWeb.
    IExpress,
    /// 7-Zip's self-extracting archives.
    SevenZipSfx,
    /// Visual Studio's bootstrapper.
    VisualStudio,
    /// .NET Framework.
    NetFramework,
    /// Visual C++ redistributables of an unknown year.
    VcRedist,
    /// SQL Server's setup.
    SqlServer,
    /// The Qt Installer Framework.
    QtInstaller,
    /// Advanced Installer.
    AdvancedInstaller,
    /// Setup Factory.
    SetupFactory,
    /// Google's updater.
    Omaha,
    /// Oracle's Universal Installer.
    OracleUniversal,
    /// MSIX and APPX: cannot be installed in a container.
    Msix,
    /// ClickOnce: has no silent form.
    ClickOnce,
    /// Ghost Installer.
    Ghost,
    /// IzPack.
    IzPack,
    /// Updates (`.msu`) and packages (`.cab`) of Windows, which DISM installs.
    Servicing,
    /// Visual Studio extensions.
    Vsix,
    /// A vendor's own; the product's row says its switches.
    Vendor,
    /// No installer: an archive, a script or the program itself.
    Portable,
    /// Not known.
    Unknown,
}

/// What is known of a technology.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Which one.
    pub technology: Technology,
    /// What people call it.
    pub name: &'static str,
    /// The arguments for an unattended installation.
    pub silent: &'static str,
    /// Switches of which each one makes it ask nothing; `x=` also with a value, `x ` as one of two words.
    pub switches: &'static [&'static str],
    /// Whether their case counts.
    pub case_sensitive: bool,
    /// Exit codes of success.
    pub success: &'static [i64],
    /// Switches that people give it and that do nothing or open a window.
    pub wrong: &'static [&'static str],
    /// Whether it is a window program, for which PowerShell does not wait.
    pub gui: bool,
    /// How sure the row is.
    pub confidence: Confidence,
}

const FIRST: Facts = Facts {
    technology: Technology::Unknown,
    name: "",
    silent: "",
    switches: &[],
    case_sensitive: false,
    success: &[0],
    wrong: &[],
    gui: true,
    confidence: Confidence::High,
};

use Confidence::{Low, Medium};
use Technology::*;

const REBOOT: &[i64] = &[0, 1641, 3010];

/// All technologies, in the order of [`Technology`].
#[rustfmt::skip]
pub static TECHNOLOGIES: &[Facts] = &[
    Facts { technology: Msi, name: "Windows Installer", silent: "/qn /norestart", switches: &["/qn", "/q", "/quiet", "/passive", "/qb", "/qb!", "/qb-", "/qb-!", "/qb!-", "/qr", "/qn+", "/qn-"], success: REBOOT, wrong: &["/S", "/silent", "/VERYSILENT"], ..FIRST },
    Facts { technology: Nsis, name: "NSIS", silent: "/S", switches: &["/S"], case_sensitive: true, wrong: &["/s", "/quiet", "/silent", "/verysilent", "-S"], ..FIRST }, // /D= comes last and takes no quotes
    Facts { technology: Inno, name: "Inno Setup", silent: "/VERYSILENT /SUPPRESSMSGBOXES /NORESTART /SP-", switches: &["/VERYSILENT", "/SILENT"], success: &[0, 8], wrong: &["/S", "/qn", "/quiet", "/q"], ..FIRST }, // without /NORESTART a silent setup restarts without asking
    Facts { technology: Burn, name: "WiX Burn", silent: "/install /quiet /norestart", switches: &["/quiet", "/q", "/s", "/silent", "/passive"], success: &[0, 1638, 1641, 3010], wrong: &["/VERYSILENT", "/qn"], ..FIRST },
    Facts { technology: InstallShieldMsi, name: "InstallShield (MSI)", silent: "/s /v\"/qn REBOOT=ReallySuppress\"", switches: &["/s"], success: REBOOT, wrong: &["/quiet"], ..FIRST }, // old ones need /clone_wait to wait
    Facts { technology: InstallShieldScript, name: "InstallShield (script)", silent: "/s /f1\"C:\\setup.iss\"", switches: &["/s"], wrong: &["/quiet"], ..FIRST }, // the exit code says nothing: read ResultCode in the log of /f2
    Facts { technology: Squirrel, name: "Squirrel", silent: "--silent", switches: &["-s", "--silent", "/silent"], wrong: &["/S"], confidence: Medium, ..FIRST }, // installs for one user only
    Facts { technology: Wise, name: "Wise", silent: "/s", switches: &["/s"], wrong: &["/quiet"], confidence: Medium, ..FIRST },
    Facts { technology: BitRock, name: "InstallBuilder", silent: "--mode unattended --unattendedmodeui none", switches: &["--mode unattended", "--mode=unattended"], wrong: &["/S"], ..FIRST },
    Facts { technology: Install4j, name: "install4j", silent: "-q", switches: &["-q"], wrong: &["/S"], ..FIRST },
    Facts { technology: IExpress, name: "IExpress", silent: "/Q", switches: &["/q", "/q:a", "/q:u", "/quiet", "/passive"], success: &[0, 3010], wrong: &["/S"], ..FIRST },
    Facts { technology: SevenZipSfx, name: "7-Zip self-extractor", silent: "-y", switches: &["-y"], wrong: &["/S"], gui: false, ..FIRST },
    Facts { technology: VisualStudio, name: "Visual Studio bootstrapper", silent: "--quiet --wait --norestart --nocache", switches: &["--quiet", "-q", "--passive", "-p"], success: REBOOT, wrong: &["/quiet", "/S"], ..FIRST }, // returns early without --wait
    Facts { technology: NetFramework, name: ".NET Framework setup", silent: "/q /norestart", switches: &["/q", "/quiet", "/passive", "/s"], success: &[0, 1641, 3010, 5100], ..FIRST },
    Facts { technology: VcRedist, name: "Visual C++ redistributable", silent: "/install /quiet /norestart", switches: &["/quiet", "/q", "/q:a", "/passive", "/s", "/silent"], success: &[0, 1638, 3010], wrong: &["/VERYSILENT", "/qn"], ..FIRST },
    Facts { technology: SqlServer, name: "SQL Server setup", silent: "/Q /IACCEPTSQLSERVERLICENSETERMS", switches: &["/q", "/qs", "/quiet", "/quietsimple"], success: &[0, 3010], gui: false, ..FIRST }, // without /IACCEPTSQLSERVERLICENSETERMS it stops
    Facts { technology: QtInstaller, name: "Qt Installer Framework", silent: "in --confirm-command --accept-messages --default-answer", switches: &["--confirm-command", "-c"], wrong: &["/S"], confidence: Medium, ..FIRST },
    Facts { technology: AdvancedInstaller, name: "Advanced Installer", silent: "/exenoui /qn", switches: &["/exenoui", "/qn", "/quiet"], success: &[0, 3010], wrong: &["/S"], confidence: Medium, ..FIRST },
    Facts { technology: SetupFactory, name: "Setup Factory", silent: "/S", switches: &["/s"], wrong: &["/quiet"], confidence: Medium, ..FIRST },
    Facts { technology: Omaha, name: "Google updater", silent: "/silent /install", switches: &["/silent"], wrong: &["/S"], confidence: Medium, ..FIRST },
    Facts { technology: OracleUniversal, name: "Oracle Universal Installer", silent: "-silent -waitforcompletion -noconsole", switches: &["-silent"], wrong: &["/quiet"], ..FIRST }, // returns at once without -waitforcompletion
    Facts { technology: Msix, name: "MSIX", success: &[], confidence: Medium, ..FIRST }, // containers lack the deployment service
    Facts { technology: ClickOnce, name: "ClickOnce", success: &[], confidence: Low, ..FIRST }, // has no silent form
    Facts { technology: Ghost, name: "Ghost Installer", silent: "-s", switches: &["-s"], wrong: &["/S"], confidence: Medium, ..FIRST },
    Facts { technology: IzPack, name: "IzPack", silent: "-options-system", switches: &["-options-system", "-options"], gui: false, confidence: Medium, ..FIRST },
    Facts { technology: Servicing, name: "Windows package", silent: "/Online /Add-Package /Quiet /NoRestart", switches: &["/quiet"], success: &[0, 3010], gui: false, ..FIRST }, // dism adds the .cab; wusa does not work in containers
    Facts { technology: Vsix, name: "Visual Studio extension", silent: "/quiet /admin", switches: &["/quiet", "/q"], success: &[0, 1001], confidence: Medium, ..FIRST },
    Facts { technology: Vendor, name: "the vendor's own", ..FIRST },
    Facts { technology: Portable, name: "no installer", gui: false, ..FIRST },
    Facts { technology: Unknown, name: "unknown", ..FIRST }, // a wrong switch opens a dialog that nobody can close
];

/// What is known of a technology.
pub fn facts(technology: Technology) -> &'static Facts {
    TECHNOLOGIES.iter().find(|facts| facts.technology == technology).unwrap_or(&FIRST)
}

impl Facts {
    /// Whether these arguments make it ask nothing. `None` where no switch is known.
    pub fn is_silent(&self, arguments: &[&str]) -> Option<bool> {
        (!self.switches.is_empty())
            .then(|| has_switch(self.switches, self.case_sensitive, self.uses_slash(), arguments))
    }

    /// Whether `/x` may also be written `-x`.
    fn uses_slash(&self) -> bool {
        matches!(self.technology, Msi | Burn | VcRedist | NetFramework | IExpress | AdvancedInstaller)
    }
}

/// Whether one of the switches stands among the arguments, a two-word switch as two of them.
pub(super) fn has_switch(switches: &[&str], case_sensitive: bool, dash_too: bool, arguments: &[&str]) -> bool {
    let same = |written: &str, switch: &str| {
        if case_sensitive { written == switch } else { written.eq_ignore_ascii_case(switch) }
    };
    let is = |written: &str, switch: &str| {
        same(written, switch)
            || dash_too
                && written
                    .strip_prefix('-')
                    .zip(switch.strip_prefix('/'))
                    .is_some_and(|(written, switch)| same(written.strip_prefix('-').unwrap_or(written), switch))
    };
    switches.iter().any(|switch| match switch.split_once(' ') {
        Some((first, second)) => arguments.windows(2).any(|pair| is(pair[0], first) && is(pair[1], second)),
        None => arguments.iter().any(|argument| is(argument, switch)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silent(technology: Technology, arguments: &str) -> Option<bool> {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        facts(technology).is_silent(&words)
    }

    #[test]
    fn switches_make_silent() {
        for (technology, arguments, expected) in [
            (Msi, "/i x.msi /QN", Some(true)),
            (Msi, "-i x.msi -quiet", Some(true)),
            (Msi, "/i x.msi", Some(false)),
            (Msi, "/i x.msi /S", Some(false)),
            (Nsis, "/S /D=C:\\x", Some(true)),
            (Nsis, "/s", Some(false)),
            (Inno, "/verysilent /norestart", Some(true)),
            (Inno, "/S", Some(false)),
            (Burn, "-q", Some(true)),
            (BitRock, "--mode unattended", Some(true)),
            (BitRock, "--mode gui", Some(false)),
            (VisualStudio, "--quiet --wait", Some(true)),
            (VisualStudio, "/quiet", Some(false)),
            (Unknown, "/S", None),
        ] {
            assert_eq!(silent(technology, arguments), expected, "{technology:?} {arguments}");
        }
    }

    #[test]
    fn every_row_is_silent_by_its_own_arguments_and_not_by_the_wrong_ones() {
        for (index, row) in TECHNOLOGIES.iter().enumerate() {
            assert!(TECHNOLOGIES[..index].iter().all(|other| other.technology != row.technology), "{}", row.name);
            if !row.switches.is_empty() {
                assert_eq!(silent(row.technology, row.silent), Some(true), "{}", row.name);
            }
            for wrong in row.wrong {
                assert_ne!(silent(row.technology, wrong), Some(true), "{} {wrong}", row.name);
            }
        }
    }
}
