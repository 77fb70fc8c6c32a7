//! Kinds of files that are installers whatever they install; asked last.

use super::{Installer, NONE, RESTART_CODES, likely, made_with};
use crate::facts::installer_tech::Technology::{IExpress, Msi, Servicing, SevenZipSfx, Unknown};

const fn generic(row: Installer) -> Installer {
    Installer { generic: true, ..row }
}

/// All rows, the more telling pattern first.
#[rustfmt::skip]
pub(super) static ROWS: &[Installer] = &[
    generic(made_with(Msi, "gen-msi", "an MSI package", &["*.msi"], "msiexec /i {f} /qn /norestart")), // the path is absolute or begins with .\
    generic(made_with(Msi, "gen-msp", "an MSI patch", &["*.msp"], "msiexec /p {f} /qn /norestart")),
    generic(made_with(Servicing, "gen-msu", "a Windows update", &["*.msu"], "expand -F:* {f} C:\\p && dism /Online /Quiet /NoRestart /Add-Package /PackagePath:C:\\p\\x.cab")), // wusa does not work in containers
    generic(made_with(Servicing, "gen-cab", "a Windows package", &["*.cab"], "dism /Online /Quiet /NoRestart /Add-Package /PackagePath:{f}")),
    Installer { must_wait: false, ..generic(made_with(SevenZipSfx, "gen-sfx7z", "a self-extracting archive", &["*.7z.exe", "*.sfx.exe"], "-y -oC:\\dir")) },
    Installer { success: RESTART_CODES, ..generic(likely(made_with(IExpress, "gen-kbexe", "an update", &["kb######*.exe", "*-kb######*.exe", "*_kb######*.exe"], "/quiet /norestart"))) },
    generic(Installer { technology: Unknown, id: "gen-setup", product: "a setup program", patterns: &["setup.exe", "setup_*.exe", "setup-*.exe", "setup#*.exe", "*setup.exe", "*-setup-*.exe", "*_setup_*.exe", "install.exe", "install_*.exe", "install-*.exe", "installer.exe", "installer_*.exe", "installer-*.exe", "*installer.exe", "*-installer-*.exe", "autorun.exe", "autorun_*.exe"], ..NONE }), // find out what it is made with first: a wrong switch opens a dialog
];
