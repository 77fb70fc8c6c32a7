//! Accounts that Windows images have, in the forms people write them, and names that only Linux has.

/// An account that is there without anyone creating it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Account {
    /// The administrator that containers run as by default.
    ContainerAdministrator,
    /// The ordinary user of containers.
    ContainerUser,
    /// `NT AUTHORITY\SYSTEM`.
    LocalSystem,
    /// `NT AUTHORITY\LOCAL SERVICE`.
    LocalService,
    /// `NT AUTHORITY\NETWORK SERVICE`.
    NetworkService,
    /// The machine's own administrator, disabled.
    Administrator,
    /// The guest, disabled.
    Guest,
    /// The account that system processes may use, disabled.
    DefaultAccount,
    /// The account of Application Guard, disabled.
    WdagUtilityAccount,
    /// `IIS AppPool\...` and `NT SERVICE\...`: made when the pool or the service is.
    Virtual,
}

impl Account {
    /// Whether it may do everything in the container.
    pub const fn is_administrator(self) -> bool {
        matches!(self, Account::ContainerAdministrator | Account::LocalSystem | Account::Administrator)
    }
}

/// Names in lower case without their authority. The service accounts also by their German, French and Spanish
/// names.
#[rustfmt::skip]
static NAMES: &[(&str, Account)] = &[
    ("administrateur", Account::Administrator), ("administrator", Account::Administrator),
    ("containeradministrator", Account::ContainerAdministrator), ("containeruser", Account::ContainerUser),
    ("defaultaccount", Account::DefaultAccount), ("guest", Account::Guest),
    ("local service", Account::LocalService), ("localservice", Account::LocalService),
    ("localsystem", Account::LocalSystem), ("lokaler dienst", Account::LocalService),
    ("network service", Account::NetworkService), ("networkservice", Account::NetworkService),
    ("netzwerkdienst", Account::NetworkService), ("service local", Account::LocalService),
    ("service réseau", Account::NetworkService), ("servicio de red", Account::NetworkService),
    ("servicio local", Account::LocalService), ("system", Account::LocalSystem),
    ("système", Account::LocalSystem), ("wdagutilityaccount", Account::WdagUtilityAccount),
];

/// Before the backslash of a built-in account, in lower case.
static AUTHORITIES: &[&str] =
    &["", ".", "autorite nt", "autorité nt", "builtin", "nt authority", "nt-autorität", "user manager", "vordefiniert"];

/// Names of accounts that Linux images have and Windows images never, sorted.
#[rustfmt::skip]
static POSIX: &[&str] = &[
    "airflow", "app", "appuser", "bin", "daemon", "gradle", "jenkins", "mail", "mysql", "nginx",
    "nobody", "node", "nogroup", "nonroot", "postgres", "redis", "root", "rootless", "sudo", "sys", "ubuntu",
    "vscode", "www-data",
];

/// The built-in account that a name means, also with its authority: `User Manager\ContainerUser`.
pub fn find(name: &str) -> Option<Account> {
    let lower = name.trim().to_lowercase();
    let (authority, account) = lower.split_once('\\').unwrap_or(("", &lower));
    if matches!(authority, "iis apppool" | "nt service" | "nt virtual machine") && !account.is_empty() {
        return Some(Account::Virtual);
    }
    let known = AUTHORITIES.contains(&authority);
    known.then(|| NAMES.iter().find(|(written, _)| *written == account).map(|(_, account)| *account))?
}

/// Whether a name can be no account of a Windows image: `root`, a number, a user with a group. Names that
/// someone might create on Windows as well (`app`, `node`) count, unless a step creates them.
pub fn is_posix(name: &str) -> bool {
    let name = name.trim();
    let (user, group) = name.split_once(':').map_or((name, None), |(user, group)| (user, Some(group)));
    let number = !user.is_empty() && user.bytes().all(|byte| byte.is_ascii_digit());
    number || group.is_some() || POSIX.binary_search(&user.to_ascii_lowercase().as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_in_every_form() {
        for (name, account) in [
            ("ContainerUser", Some(Account::ContainerUser)),
            ("User Manager\\ContainerAdministrator", Some(Account::ContainerAdministrator)),
            ("user manager\\containeruser", Some(Account::ContainerUser)),
            ("NT AUTHORITY\\NETWORK SERVICE", Some(Account::NetworkService)),
            ("NT-AUTORITÄT\\Netzwerkdienst", Some(Account::NetworkService)),
            (".\\Administrator", Some(Account::Administrator)),
            ("LocalSystem", Some(Account::LocalSystem)),
            ("IIS AppPool\\DefaultAppPool", Some(Account::Virtual)),
            ("DOMAIN\\Administrator", None),
            ("bob", None),
            ("", None),
        ] {
            assert_eq!(find(name), account, "{name}");
        }
    }

    #[test]
    fn posix_names() {
        for name in ["root", "1000", "1000:1000", "app:app", "nobody", "www-data", "ROOT", "65532"] {
            assert!(is_posix(name), "{name}");
        }
        for name in ["ContainerUser", "bob", "", "app1"] {
            assert!(!is_posix(name), "{name}");
        }
        assert!(POSIX.is_sorted() && AUTHORITIES.is_sorted());
        assert!(NAMES.is_sorted_by_key(|(name, _)| *name));
    }
}
