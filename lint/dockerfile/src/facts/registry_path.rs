//! The `PATH` that Microsoft's own images have in their registry. It is in no image config, and each process gets the
//! machine's with the account's own behind it.
//!
//! What containers of these images print is public: `cmd /c set` in Docker's reference for Nano Server of 2016, issues
//! 616, 4895 and 5446 of moby/buildkit for 20H2 and ltsc2022 of both families, issues 164 and 410 of
//! PowerShell/PowerShell-Docker for Nano Server 1809 and 1909, and Dockerfiles that write out what `set` gave on 1709 and
//! 1803 of Nano Server and on 1809 of Server Core. Builds between two that agree are taken for the same.

use std::borrow::Cow;

use super::base_image::{BaseImage, Family};

/// The two parts of the `PATH`, their variables put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryPath {
    /// The machine's.
    pub machine: Cow<'static, str>,
    /// The account's own, with [`PROFILE`] for the folder of its profile; empty where it has none.
    pub account: Cow<'static, str>,
    /// What accounts with another have, by their names.
    pub others: Vec<(String, String)>,
}

/// Stands for the folder of an account's profile.
pub const PROFILE: &str = "%USERPROFILE%";

/// `WindowsApps` of the account.
const APPS: &str = r"%USERPROFILE%\AppData\Local\Microsoft\WindowsApps";

const NANO: &str = r"C:\Windows\system32;C:\Windows;";

const CORE_2016: &str =
    r"C:\Windows\system32;C:\Windows;C:\Windows\System32\Wbem;C:\Windows\System32\WindowsPowerShell\v1.0\";

const CORE: &str = r"C:\Windows\system32;C:\Windows;C:\Windows\System32\Wbem;C:\Windows\System32\WindowsPowerShell\v1.0\;C:\Windows\System32\OpenSSH\";

/// The `PATH` of an image; `None` where nobody has said what it is. Images that stand on these have changed theirs.
pub fn of(image: &BaseImage) -> Option<RegistryPath> {
    let (machine, account) = match (image.family, image.build?.number) {
        (Family::NanoServer | Family::ServerCore, 14393) => (CORE_2016, APPS),
        (Family::NanoServer, 16299 | 17134) => (NANO, APPS),
        (Family::NanoServer, 17763..=20348) => (NANO, ""),
        (Family::ServerCore, 17763..=20348) => (CORE, APPS),
        _ => return None,
    };
    Some(RegistryPath::new(machine, account))
}

impl RegistryPath {
    /// The `PATH` of the machine, and the one of every account.
    pub fn new(machine: impl Into<Cow<'static, str>>, account: impl Into<Cow<'static, str>>) -> Self {
        RegistryPath { machine: machine.into(), account: account.into(), others: Vec::new() }
    }

    /// What a process of the account finds, where the machine's `PATH` is this one.
    pub fn in_process(&self, machine: &str, account: &str) -> String {
        let own = self.of_account(account);
        let is_in = machine.split(';').any(|folder| folder.eq_ignore_ascii_case(own.trim_end_matches(';')));
        match own.as_str() {
            "" => machine.to_owned(),
            // What stands in it already is not found a second time.
            _ if is_in => machine.to_owned(),
            own => format!("{}{}{own}", machine, if machine.ends_with(';') { "" } else { ";" }),
        }
    }

    /// The account's own part.
    pub fn of_account(&self, account: &str) -> String {
        let other = self.others.iter().find(|(name, _)| name.eq_ignore_ascii_case(account));
        let own = other.map_or(&*self.account, |(_, own)| own);
        own.replace(PROFILE, &format!(r"C:\Users\{account}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::base_image;

    fn path(name: &str, tag: &str) -> Option<String> {
        let image = base_image::lookup(name, Some(tag)).unwrap();
        of(&image).map(|path| path.in_process(&path.machine, "ContainerAdministrator"))
    }

    #[test]
    fn what_containers_print() {
        let core = r"C:\Windows\system32;C:\Windows;C:\Windows\System32\Wbem;C:\Windows\System32\WindowsPowerShell\v1.0\;C:\Windows\System32\OpenSSH\;C:\Users\ContainerAdministrator\AppData\Local\Microsoft\WindowsApps";
        for tag in ["ltsc2019", "1809", "20H2", "ltsc2022", "10.0.20348.2700"] {
            assert_eq!(path("mcr.microsoft.com/windows/servercore", tag).as_deref(), Some(core), "{tag}");
        }
        let nano = r"C:\Windows\system32;C:\Windows;";
        assert_eq!(path("mcr.microsoft.com/windows/nanoserver", "1809").as_deref(), Some(nano));
        let old = r"C:\Windows\system32;C:\Windows;C:\Windows\System32\Wbem;C:\Windows\System32\WindowsPowerShell\v1.0\;C:\Users\ContainerAdministrator\AppData\Local\Microsoft\WindowsApps";
        assert_eq!(path("microsoft/nanoserver", "sac2016").as_deref(), Some(old));
        assert_eq!(path("microsoft/nanoserver", "latest").as_deref(), Some(old));
    }

    #[test]
    fn what_nobody_has_said_is_not_known() {
        for (name, tag) in [
            ("mcr.microsoft.com/windows/servercore", "1803"),
            ("mcr.microsoft.com/windows/servercore", "ltsc2025"),
            ("mcr.microsoft.com/windows/nanoserver", "ltsc2025"),
            ("mcr.microsoft.com/windows/servercore", ""),
            ("mcr.microsoft.com/dotnet/framework/sdk", "4.8-windowsservercore-ltsc2019"),
            ("golang", "1.22-nanoserver-ltsc2022"),
        ] {
            assert_eq!(path(name, tag), None, "{name}:{tag}");
        }
    }

    #[test]
    fn the_accounts_own_comes_last_and_once() {
        let mut path = RegistryPath::new("a", r"%USERPROFILE%\x");
        assert_eq!(path.in_process("a", "me"), r"a;C:\Users\me\x");
        assert_eq!(path.in_process(r"a;c:\users\ME\x;b", "me"), r"a;c:\users\ME\x;b");
        assert_eq!(path.in_process("a;", "me"), r"a;C:\Users\me\x");
        path.others = vec![("Me".to_owned(), r"C:\own;".to_owned())];
        assert_eq!(path.in_process("a", "me"), r"a;C:\own;");
        assert_eq!(path.in_process(r"a;C:\OWN", "me"), r"a;C:\OWN");
    }
}
