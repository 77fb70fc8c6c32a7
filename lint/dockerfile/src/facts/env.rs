//! Variables that Windows itself sets in every process. They live in the registry, not in an image's
//! configuration: the builder's `${NAME}` knows none of them.

use std::sync::LazyLock;

use crate::names::Names;

/// A variable of the operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OsVariable {
    /// Its name as Windows spells it.
    pub name: &'static str,
    /// Its value in a stock image, where every image has the same and the account does not matter.
    pub value: Option<&'static str>,
    /// Whether it depends on the account; the value is then ContainerAdministrator's.
    pub per_user: bool,
}

const fn fixed(name: &'static str, value: &'static str) -> OsVariable {
    OsVariable { name, value: Some(value), per_user: false }
}

const fn varies(name: &'static str) -> OsVariable {
    OsVariable { name, value: None, per_user: false }
}

const fn user(name: &'static str, value: &'static str) -> OsVariable {
    OsVariable { name, value: Some(value), per_user: true }
}

/// All of them, by name without regard to case.
pub static OS_VARIABLES: &[OsVariable] = &[
    fixed("ALLUSERSPROFILE", r"C:\ProgramData"),
    user("APPDATA", r"C:\Users\ContainerAdministrator\AppData\Roaming"),
    fixed("CommonProgramFiles", r"C:\Program Files\Common Files"),
    fixed("CommonProgramFiles(x86)", r"C:\Program Files (x86)\Common Files"),
    fixed("CommonProgramW6432", r"C:\Program Files\Common Files"),
    varies("COMPUTERNAME"),
    fixed("ComSpec", r"C:\Windows\system32\cmd.exe"),
    fixed("DriverData", r"C:\Windows\System32\Drivers\DriverData"),
    varies("HOMEDRIVE"),
    varies("HOMEPATH"),
    user("LOCALAPPDATA", r"C:\Users\ContainerAdministrator\AppData\Local"),
    varies("NUMBER_OF_PROCESSORS"),
    fixed("OS", "Windows_NT"),
    varies("Path"),
    fixed("PATHEXT", ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC"),
    fixed("PROCESSOR_ARCHITECTURE", "AMD64"),
    varies("PROCESSOR_IDENTIFIER"),
    varies("PROCESSOR_LEVEL"),
    varies("PROCESSOR_REVISION"),
    fixed("ProgramData", r"C:\ProgramData"),
    fixed("ProgramFiles", r"C:\Program Files"),
    fixed("ProgramFiles(x86)", r"C:\Program Files (x86)"),
    fixed("ProgramW6432", r"C:\Program Files"),
    varies("PSModulePath"),
    fixed("PUBLIC", r"C:\Users\Public"),
    fixed("SystemDrive", "C:"),
    fixed("SystemRoot", r"C:\Windows"),
    user("TEMP", r"C:\Users\ContainerAdministrator\AppData\Local\Temp"),
    user("TMP", r"C:\Users\ContainerAdministrator\AppData\Local\Temp"),
    varies("USERDOMAIN"),
    user("USERNAME", "ContainerAdministrator"),
    user("USERPROFILE", r"C:\Users\ContainerAdministrator"),
    fixed("windir", r"C:\Windows"),
];

/// The variable of this name, in any case.
pub fn find(name: &str) -> Option<&'static OsVariable> {
    OS_VARIABLES.iter().find(|variable| variable.name.eq_ignore_ascii_case(name))
}

/// Batch files and scripts whose only purpose is to set variables for what runs after them in the same process:
/// Visual Studio's developer prompts, Python's and conda's environments, and their like. Not `refreshenv`: what it
/// reads from the registry, every new process has by itself.
static ENVIRONMENT_SCRIPTS: LazyLock<Names<()>> = LazyLock::new(|| {
    Names::of(&[
        "activate",
        "emsdk_env",
        "enter-vsdevshell",
        "launch-vsdevshell",
        "setvars",
        "vcvars32",
        "vcvars64",
        "vcvarsall",
        "vcvarsamd64_x86",
        "vcvarsx86_amd64",
        "vsdevcmd",
    ])
});

/// Whether a command, in any folder and with or without extension, does nothing but set variables.
pub fn is_environment_script(command: &str) -> bool {
    let name = &command[memchr::memrchr2(b'/', b'\\', command.as_bytes()).map_or(0, |last| last + 1)..];
    let (stem, end) = name.len().checked_sub(4).and_then(|at| name.split_at_checked(at)).unwrap_or((name, ""));
    let is_script = [".bat", ".cmd", ".ps1"].iter().any(|known| known.eq_ignore_ascii_case(end));
    ENVIRONMENT_SCRIPTS.has(if is_script { stem } else { name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_any_case() {
        assert_eq!(find("PROGRAMFILES").and_then(|variable| variable.value), Some(r"C:\Program Files"));
        assert_eq!(find("ProgramFiles(x86)").and_then(|variable| variable.value), Some(r"C:\Program Files (x86)"));
        assert!(find("path").is_some_and(|variable| variable.value.is_none()));
        assert!(find("temp").is_some_and(|variable| variable.per_user));
        assert!(find("JAVA_HOME").is_none());
        assert!(OS_VARIABLES.is_sorted_by_key(|variable| variable.name.to_ascii_lowercase()));
    }

    #[test]
    fn environment_scripts_in_any_folder() {
        for name in [r"C:\VC\vcvars64.bat", "VsDevCmd.bat", "activate", r".\venv\Scripts\Activate.ps1"] {
            assert!(is_environment_script(name), "{name}");
        }
        for name in ["refreshenv", "activate.py", r"C:\activate\setup.bat"] {
            assert!(!is_environment_script(name), "{name}");
        }
    }
}
