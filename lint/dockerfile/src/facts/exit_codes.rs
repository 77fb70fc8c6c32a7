//! Exit codes of installers and what they mean for a build.

use super::Confidence;

/// Whose code it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Domain {
    /// Everyone's.
    All,
    /// Windows Installer, and what wraps it.
    Msi,
    /// Any program, from the loader or the system.
    Exe,
    /// Services.
    Service,
    /// Chocolatey.
    Choco,
    /// WiX bundles.
    Burn,
    /// DISM.
    Dism,
    /// Windows Update.
    Wusa,
    /// Visual Studio's installer.
    VisualStudio,
    /// Inno Setup.
    Inno,
    /// NSIS.
    Nsis,
    /// SQL Server.
    SqlServer,
    /// cmd.exe.
    Cmd,
}

/// What a code means for a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// It worked.
    Success,
    /// It worked and wants a restart, which a container cannot have.
    SuccessReboot,
    /// Nothing was done because nothing had to be.
    Already,
    /// Trying again may help.
    Retry,
    /// It failed.
    Failure,
}

/// An exit code.
#[derive(Clone, Copy, Debug)]
pub struct ExitCode {
    /// The code as a signed number of 32 bits.
    pub code: i32,
    /// Its name, or the empty text.
    pub name: &'static str,
    /// Whose it is.
    pub domain: Domain,
    /// What it means for a build.
    pub class: Class,
    /// What happened.
    pub meaning: &'static str,
    /// How sure the row is.
    pub confidence: Confidence,
}

const fn code(code: i32, name: &'static str, domain: Domain, class: Class, meaning: &'static str) -> ExitCode {
    ExitCode { code, name, domain, class, meaning, confidence: Confidence::High }
}

const fn likely(row: ExitCode) -> ExitCode {
    ExitCode { confidence: Confidence::Medium, ..row }
}

/// A code that is written in hexadecimal.
const fn hex(code: u32) -> i32 {
    code.cast_signed()
}

use Class::{Already, Failure, Retry, Success, SuccessReboot};
use Domain::*;

/// All codes. A code may have several domains.
#[rustfmt::skip]
pub static EXIT_CODES: &[ExitCode] = &[
    code(0, "ERROR_SUCCESS", All, Success, "success"),
    code(1, "", Inno, Failure, "setup could not start"),
    code(2, "", Inno, Failure, "cancelled before the installation began"),
    code(3, "", Inno, Failure, "fatal error between two phases"),
    code(4, "", Inno, Failure, "fatal error during the installation"),
    code(5, "", Inno, Failure, "cancelled or aborted during the installation"),
    code(6, "", Inno, Failure, "ended by a debugger"),
    code(7, "", Inno, Failure, "preparation found that it cannot go on"),
    code(8, "", Inno, SuccessReboot, "preparation found that a restart is needed first"),
    likely(code(1, "", Nsis, Failure, "cancelled")),
    likely(code(2, "", Nsis, Failure, "aborted by its script")),
    code(13, "ERROR_INVALID_DATA", Msi, Failure, "invalid data"),
    code(87, "ERROR_INVALID_PARAMETER", Msi, Failure, "a parameter is wrong"),
    code(120, "ERROR_CALL_NOT_IMPLEMENTED", Msi, Failure, "a custom action cannot be called"),
    likely(code(216, "ERROR_EXE_MACHINE_TYPE_MISMATCH", Exe, Failure, "a program for another kind of machine, such as 32-bit on Nano Server")),
    code(350, "ERROR_FAIL_NOACTION_REBOOT", Choco, SuccessReboot, "a restart was pending before or after"),
    likely(code(740, "ERROR_ELEVATION_REQUIRED", Exe, Failure, "needs ContainerAdministrator")),
    likely(code(1073, "ERROR_SERVICE_EXISTS", Service, Failure, "the service is there already")),
    likely(code(1223, "ERROR_CANCELLED", Exe, Failure, "a prompt that nobody could answer")),
    code(1602, "ERROR_INSTALL_USEREXIT", Msi, Failure, "cancelled; it wanted a window"),
    code(1603, "ERROR_INSTALL_FAILURE", Msi, Failure, "fatal error; only a verbose log says which"),
    code(1604, "ERROR_INSTALL_SUSPEND", Msi, Failure, "suspended; Chocolatey means a pending restart"),
    code(1605, "ERROR_UNKNOWN_PRODUCT", Msi, Already, "what should be removed is not there"),
    code(1612, "ERROR_INSTALL_SOURCE_ABSENT", Msi, Failure, "the source is not there"),
    code(1614, "ERROR_PRODUCT_UNINSTALLED", Msi, Already, "it is removed already"),
    code(1618, "ERROR_INSTALL_ALREADY_RUNNING", Msi, Retry, "another installation is running"),
    code(1619, "ERROR_INSTALL_PACKAGE_OPEN_FAILED", Msi, Failure, "the package cannot be opened: wrong path, or an error page saved as .msi"),
    code(1620, "ERROR_INSTALL_PACKAGE_INVALID", Msi, Failure, "not an MSI"),
    code(1622, "ERROR_INSTALL_LOG_FAILURE", Msi, Failure, "the log cannot be written; is its folder there?"),
    code(1623, "ERROR_INSTALL_LANGUAGE_UNSUPPORTED", Msi, Failure, "the language is not supported"),
    code(1624, "ERROR_INSTALL_TRANSFORM_FAILURE", Msi, Failure, "a transform cannot be applied"),
    code(1625, "ERROR_INSTALL_PACKAGE_REJECTED", Msi, Failure, "forbidden by policy"),
    code(1632, "ERROR_INSTALL_TEMP_UNWRITABLE", Msi, Failure, "the temporary folder is full or read-only"),
    code(1633, "ERROR_INSTALL_PLATFORM_UNSUPPORTED", Msi, Failure, "for another processor"),
    code(1638, "ERROR_PRODUCT_VERSION", Msi, Already, "another version is installed already, usually a newer one"),
    code(1639, "ERROR_INVALID_COMMAND_LINE", Msi, Failure, "the command line is wrong, usually its quotes"),
    code(1641, "ERROR_SUCCESS_REBOOT_INITIATED", Msi, SuccessReboot, "success, and a restart was begun; give /norestart"),
    code(1642, "ERROR_PATCH_TARGET_NOT_FOUND", Msi, Failure, "nothing there that the patch fits"),
    code(3010, "ERROR_SUCCESS_REBOOT_REQUIRED", Msi, SuccessReboot, "success, and a restart is wanted"),
    likely(code(3011, "ERROR_SUCCESS_RESTART_REQUIRED", Msi, SuccessReboot, "success, and a restart is wanted")),
    code(5003, "", VisualStudio, Retry, "the installer could not be downloaded"),
    code(5004, "", VisualStudio, Failure, "cancelled"),
    code(5005, "", VisualStudio, Failure, "the command line is wrong"),
    code(5007, "", VisualStudio, Failure, "requirements are not met"),
    likely(code(9009, "", Cmd, Failure, "command not found")),
    likely(code(0x0024_0006, "WU_S_ALREADY_INSTALLED", Wusa, Already, "installed already")),
    likely(code(hex(0x8007_0002), "", All, Failure, "file not found")),
    likely(code(hex(0x8007_0005), "E_ACCESSDENIED", All, Failure, "access denied")),
    likely(code(hex(0x8007_0642), "", Burn, Failure, "cancelled (1602)")),
    likely(code(hex(0x8007_0643), "", Burn, Failure, "fatal error (1603)")),
    code(hex(0x8007_0666), "", Burn, Already, "a newer version is installed already (1638)"),
    likely(code(hex(0x8007_0BC2), "", Burn, SuccessReboot, "success, and a restart is wanted (3010)")),
    likely(code(hex(0x800F_080C), "CBS_E_UNKNOWN_UPDATE", Dism, Failure, "no feature of that name")),
    likely(code(hex(0x800F_081E), "CBS_E_NOT_APPLICABLE", Dism, Failure, "the package is for another build")),
    code(hex(0x800F_081F), "CBS_E_SOURCE_MISSING", Dism, Failure, "the payload is not in the image"),
    likely(code(hex(0x8024_0017), "WU_E_NOT_APPLICABLE", Wusa, Failure, "the update does not apply")),
    ExitCode { confidence: Confidence::Low, ..code(hex(0x84B1_0001), "", SqlServer, Failure, "setup failed, or an argument is wrong") },
    likely(code(hex(0xC000_0005), "STATUS_ACCESS_VIOLATION", Exe, Failure, "crashed")),
    likely(code(hex(0xC000_007B), "STATUS_INVALID_IMAGE_FORMAT", Exe, Failure, "a program or library for another kind of machine")),
    likely(code(hex(0xC000_0135), "STATUS_DLL_NOT_FOUND", Exe, Failure, "a DLL is missing, often the Visual C++ runtime")),
    likely(code(hex(0xC000_013A), "STATUS_CONTROL_C_EXIT", Exe, Failure, "ended from outside")),
    likely(code(hex(0xC000_0142), "STATUS_DLL_INIT_FAILED", Exe, Failure, "a DLL could not start, often for want of a desktop")),
    likely(code(hex(0xC000_0409), "STATUS_STACK_BUFFER_OVERRUN", Exe, Failure, "crashed on purpose")),
];

/// What a code means for a program of this domain. Engines report codes unsigned, programs signed: both work.
pub fn find(code: i64, domain: Domain) -> Option<&'static ExitCode> {
    let code = i32::try_from(code).or_else(|_| u32::try_from(code).map(u32::cast_signed)).ok()?;
    let mut rows = EXIT_CODES.iter().filter(|row| row.code == code);
    rows.clone().find(|row| row.domain == domain).or_else(|| rows.find(|row| is_shared(row.domain)))
}

/// Whether any program may end with codes of this domain.
const fn is_shared(domain: Domain) -> bool {
    matches!(domain, All | Msi | Exe | Service | Burn | Cmd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_by_domain_in_either_sign() {
        assert_eq!(find(3010, Msi).map(|row| row.class), Some(SuccessReboot));
        assert_eq!(find(3010, VisualStudio).map(|row| row.class), Some(SuccessReboot));
        assert_eq!(find(0xC000_0135, Exe).map(|row| row.name), Some("STATUS_DLL_NOT_FOUND"));
        assert_eq!(find(-1_073_741_515, Exe).map(|row| row.name), Some("STATUS_DLL_NOT_FOUND"));
        assert_eq!(find(2, Nsis).map(|row| row.meaning), Some("aborted by its script"));
        assert!(find(2, Msi).is_none() && find(i64::MAX, Exe).is_none());
    }

    #[test]
    fn rows_are_unique() {
        for (index, row) in EXIT_CODES.iter().enumerate() {
            let twice = EXIT_CODES[..index].iter().any(|other| (other.code, other.domain) == (row.code, row.domain));
            assert!(!twice && !row.meaning.is_empty(), "{} {:?}", row.code, row.domain);
        }
    }
}
