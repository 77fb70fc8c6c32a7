//! Security descriptors: from SDDL to the bytes that Windows keeps with a file, and who the well-known accounts are.

use std::fmt;
use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A self-relative `SECURITY_DESCRIPTOR`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SecurityDescriptor(Arc<[u8]>);

/// A security identifier.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sid {
    authority: u64,
    parts: Vec<u32>,
}

/// A text that is no SDDL, or SDDL that is not known here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SddlError {
    /// Not the name of an account that every Windows image has, and no SID.
    #[error(
        "`{text}` is no account that is the same in every Windows image; write a SID (S-1-...) or one of {}",
        names()
    )]
    Account {
        /// The text.
        text: String,
    },
    /// Not of the form `O:owner G:group D:(type;flags;rights;;;account)...`.
    #[error("`{text}` is no SDDL that is known here")]
    Form {
        /// The part that is not understood.
        text: String,
    },
}

/// The abbreviation in SDDL, the SID, and the names that Windows has for it.
const ACCOUNTS: &[(&str, &str, &[&str])] = &[
    ("BA", "S-1-5-32-544", &["Administrators", "BUILTIN\\Administrators"]),
    ("BU", "S-1-5-32-545", &["Users", "BUILTIN\\Users"]),
    ("SY", "S-1-5-18", &["SYSTEM", "NT AUTHORITY\\SYSTEM", "LocalSystem"]),
    ("LS", "S-1-5-19", &["LocalService", "NT AUTHORITY\\LOCAL SERVICE", "LOCAL SERVICE"]),
    ("NS", "S-1-5-20", &["NetworkService", "NT AUTHORITY\\NETWORK SERVICE", "NETWORK SERVICE"]),
    ("CO", "S-1-3-0", &["CREATOR OWNER"]),
    ("WD", "S-1-1-0", &["Everyone"]),
    ("AU", "S-1-5-11", &["Authenticated Users", "NT AUTHORITY\\Authenticated Users"]),
    ("", "S-1-5-93-2-1", &["ContainerAdministrator", "User Manager\\ContainerAdministrator"]),
    ("", "S-1-5-93-2-2", &["ContainerUser", "User Manager\\ContainerUser"]),
    (
        "",
        "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
        &["TrustedInstaller", "NT SERVICE\\TrustedInstaller"],
    ),
];

/// Rights by their SDDL names; the rest is written as numbers.
const RIGHTS: &[(&str, u32)] = &[("FA", 0x001f_01ff), ("GA", 0x1000_0000), ("LC", 4), ("DC", 2)];

const INHERITANCE: &[(&str, u8)] = &[("OI", 1), ("CI", 2), ("NP", 4), ("IO", 8)];

const SELF_RELATIVE: u16 = 0x8000;
const DACL_PRESENT: u16 = 0x0004;

/// The first name of each account, to show.
fn names() -> String {
    let names: Vec<&str> = ACCOUNTS.iter().map(|(_, _, names)| names[0]).collect();
    names.join(", ")
}

impl Sid {
    /// The SID of a text: `S-1-...`, an account's name in any case, or its abbreviation in SDDL.
    ///
    /// # Errors
    /// When it is neither.
    pub fn parse(text: &str) -> Result<Self, SddlError> {
        let fault = || SddlError::Account { text: text.to_owned() };
        let known = ACCOUNTS.iter().find(|(short, _, names)| {
            (!short.is_empty() && *short == text) || names.iter().any(|name| name.eq_ignore_ascii_case(text))
        });
        let digits = known.map_or(text, |(_, sid, _)| sid);
        let rest = digits.strip_prefix("S-1-").or_else(|| digits.strip_prefix("s-1-")).ok_or_else(fault)?;
        let (authority, parts) = rest.split_once('-').ok_or_else(fault)?;
        let authority = authority.parse().ok().filter(|authority| *authority < 1 << 48).ok_or_else(fault)?;
        let parts: Vec<u32> = parts.split('-').map(str::parse).collect::<Result<_, _>>().map_err(|_| fault())?;
        if parts.len() > 15 {
            return Err(fault());
        }
        Ok(Sid { authority, parts })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(1);
        out.push(u8::try_from(self.parts.len()).expect("a SID has at most 15 parts"));
        out.extend_from_slice(&self.authority.to_be_bytes()[2..]);
        for part in &self.parts {
            out.extend_from_slice(&part.to_le_bytes());
        }
    }

    const fn size(&self) -> usize {
        8 + 4 * self.parts.len()
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "S-1-{}", self.authority)?;
        self.parts.iter().try_for_each(|part| write!(out, "-{part}"))
    }
}

impl SecurityDescriptor {
    /// The bytes as another tool wrote them.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        SecurityDescriptor(bytes.into())
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as layers have them.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.0)
    }

    /// The descriptor that SDDL describes: owner, group and, maybe, who is allowed or denied what.
    ///
    /// # Errors
    /// When the text is no SDDL or names what is not known here.
    pub fn from_sddl(text: &str) -> Result<Self, SddlError> {
        let form = |text: &str| SddlError::Form { text: text.to_owned() };
        let rest = text.strip_prefix("O:").ok_or_else(|| form(text))?;
        let (owner, rest) = rest.split_once("G:").ok_or_else(|| form(text))?;
        let (group, acl) = match rest.split_once("D:") {
            Some((group, acl)) => (group, Some(acl)),
            None => (rest, None),
        };
        let (owner, group) = (Sid::parse(owner.trim())?, Sid::parse(group.trim())?);
        let acl = acl.map(|acl| acl_of(acl.trim())).transpose()?;
        Ok(put_together(&owner, &group, acl.as_deref()))
    }

    /// What BuildKit and buildah give a folder: administrators and the system may do all, users read and add.
    pub fn directory() -> Self {
        static DIRECTORY: LazyLock<SecurityDescriptor> = LazyLock::new(|| {
            SecurityDescriptor::from_sddl(
                "O:BAG:SYD:(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;;FA;;;BA)(A;OICIIO;GA;;;CO)(A;OICI;0x1200a9;;;BU)\
                 (A;CI;LC;;;BU)(A;CI;DC;;;BU)",
            )
            .expect("the text is SDDL")
        });
        DIRECTORY.clone()
    }

    /// What BuildKit and buildah give a file: administrators and the system may do all, users read.
    pub fn file() -> Self {
        static FILE: LazyLock<SecurityDescriptor> = LazyLock::new(|| {
            SecurityDescriptor::from_sddl("O:BAG:SYD:(A;;FA;;;BA)(A;;FA;;;SY)(A;;0x1200a9;;;BU)")
                .expect("the text is SDDL")
        });
        FILE.clone()
    }

    /// Owned by an account that may change it; users read. Without a group it is the system.
    pub fn owned_by(owner: &Sid, group: Option<&Sid>, is_dir: bool) -> Self {
        let flags = if is_dir { "OICI" } else { "" };
        let group = group.map_or_else(|| "SY".to_owned(), Sid::to_string);
        let text = format!(
            "O:{owner}G:{group}D:(A;{flags};FA;;;BA)(A;{flags};FA;;;SY)(A;{flags};0x1301bf;;;{owner})\
             (A;{flags};0x1200a9;;;BU)"
        );
        SecurityDescriptor::from_sddl(&text).expect("the text is SDDL")
    }
}

impl fmt::Debug for SecurityDescriptor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.to_base64())
    }
}

fn put_together(owner: &Sid, group: &Sid, acl: Option<&[u8]>) -> SecurityDescriptor {
    let offset = |at: usize| u32::try_from(at).expect("a descriptor is short").to_le_bytes();
    let control = if acl.is_some() { SELF_RELATIVE | DACL_PRESENT } else { SELF_RELATIVE };
    let group_at = 20 + owner.size();
    let acl_at = if acl.is_some() { group_at + group.size() } else { 0 };
    let mut out = vec![1, 0];
    out.extend_from_slice(&control.to_le_bytes());
    for at in [20, group_at, 0, acl_at] {
        out.extend_from_slice(&offset(at));
    }
    owner.write(&mut out);
    group.write(&mut out);
    out.extend_from_slice(acl.unwrap_or_default());
    SecurityDescriptor(out.into())
}

/// The bytes of `(type;flags;rights;;;account)...`.
fn acl_of(text: &str) -> Result<Vec<u8>, SddlError> {
    let form = |text: &str| SddlError::Form { text: text.to_owned() };
    let mut entries = Vec::new();
    let mut count = 0_u16;
    let mut rest = text;
    while !rest.is_empty() {
        let (entry, behind) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).ok_or_else(|| form(rest))?;
        let [kind, flags, rights, "", "", account] = entry.split(';').collect::<Vec<_>>()[..] else {
            return Err(form(entry));
        };
        let kind = match kind {
            "A" => 0,
            "D" => 1,
            _ => return Err(form(kind)),
        };
        let sid = Sid::parse(account)?;
        let size = u16::try_from(8 + sid.size()).expect("a SID is short");
        entries.extend_from_slice(&[kind, flags_of(flags)?]);
        entries.extend_from_slice(&size.to_le_bytes());
        entries.extend_from_slice(&rights_of(rights)?.to_le_bytes());
        sid.write(&mut entries);
        count = count.checked_add(1).ok_or_else(|| form(text))?;
        rest = behind;
    }
    let size = u16::try_from(8 + entries.len()).map_err(|_| form(text))?;
    let mut out = vec![2, 0];
    out.extend_from_slice(&size.to_le_bytes());
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out.extend_from_slice(&entries);
    Ok(out)
}

fn flags_of(text: &str) -> Result<u8, SddlError> {
    let mut flags = 0;
    let mut rest = text;
    while let Some((name, flag)) = INHERITANCE.iter().find(|(name, _)| rest.starts_with(name)) {
        flags |= flag;
        rest = &rest[name.len()..];
    }
    if rest.is_empty() { Ok(flags) } else { Err(SddlError::Form { text: text.to_owned() }) }
}

fn rights_of(text: &str) -> Result<u32, SddlError> {
    let number = text.strip_prefix("0x").and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let named = RIGHTS.iter().find(|(name, _)| *name == text).map(|(_, right)| *right);
    number.or(named).ok_or_else(|| SddlError::Form { text: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the other builders write them into layers, base64.
    const WRITTEN: &[(&str, &str)] = &[
        (
            "O:BAG:SYD:(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;;FA;;;BA)(A;OICIIO;GA;;;CO)(A;OICI;0x1200a9;;;BU)(A;CI;LC;;;BU)(A;CI;DC;;;BU)",
            "AQAEgBQAAAAkAAAAAAAAADAAAAABAgAAAAAABSAAAAAgAgAAAQEAAAAAAAUSAAAAAgCoAAcAAAAAAxgA/wEfAAECAAAAAAAFIAAAACACAAAAAxQA/wEfAAEBAAAAAAAFEgAAAAAAGAD/AR8AAQIAAAAAAAUgAAAAIAIAAAALFAAAAAAQAQEAAAAAAAMAAAAAAAMYAKkAEgABAgAAAAAABSAAAAAhAgAAAAIYAAQAAAABAgAAAAAABSAAAAAhAgAAAAIYAAIAAAABAgAAAAAABSAAAAAhAgAA",
        ),
        (
            "O:BAG:SYD:(A;;FA;;;BA)(A;;FA;;;SY)(A;;0x1200a9;;;BU)",
            "AQAEgBQAAAAkAAAAAAAAADAAAAABAgAAAAAABSAAAAAgAgAAAQEAAAAAAAUSAAAAAgBMAAMAAAAAABgA/wEfAAECAAAAAAAFIAAAACACAAAAABQA/wEfAAEBAAAAAAAFEgAAAAAAGACpABIAAQIAAAAAAAUgAAAAIQIAAA==",
        ),
        ("O:BAG:BA", "AQAAgBQAAAAkAAAAAAAAAAAAAAABAgAAAAAABSAAAAAgAgAAAQIAAAAAAAUgAAAAIAIAAA=="),
        ("O:BUG:BU", "AQAAgBQAAAAkAAAAAAAAAAAAAAABAgAAAAAABSAAAAAhAgAAAQIAAAAAAAUgAAAAIQIAAA=="),
        (
            "O:S-1-5-93-2-2G:SYD:(A;;FA;;;BA)(A;;FA;;;SY)(A;;0x1301bf;;;S-1-5-93-2-2)(A;;0x1200a9;;;BU)",
            "AQAEgBQAAAAoAAAAAAAAADQAAAABAwAAAAAABV0AAAACAAAAAgAAAAEBAAAAAAAFEgAAAAIAaAAEAAAAAAAYAP8BHwABAgAAAAAABSAAAAAgAgAAAAAUAP8BHwABAQAAAAAABRIAAAAAABwAvwETAAEDAAAAAAAFXQAAAAIAAAACAAAAAAAYAKkAEgABAgAAAAAABSAAAAAhAgAA",
        ),
        (
            "O:S-1-5-93-2-2G:SYD:(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1301bf;;;S-1-5-93-2-2)(A;OICI;0x1200a9;;;BU)",
            "AQAEgBQAAAAoAAAAAAAAADQAAAABAwAAAAAABV0AAAACAAAAAgAAAAEBAAAAAAAFEgAAAAIAaAAEAAAAAAMYAP8BHwABAgAAAAAABSAAAAAgAgAAAAMUAP8BHwABAQAAAAAABRIAAAAAAxwAvwETAAEDAAAAAAAFXQAAAAIAAAACAAAAAAMYAKkAEgABAgAAAAAABSAAAAAhAgAA",
        ),
    ];

    #[test]
    fn descriptors_have_the_bytes_that_other_builders_write() {
        for (sddl, base64) in WRITTEN {
            let descriptor = SecurityDescriptor::from_sddl(sddl).unwrap();
            assert_eq!(descriptor.to_base64(), *base64, "{sddl}");
        }
        let user = Sid::parse("ContainerUser").unwrap();
        let written = |row: usize| SecurityDescriptor::from_sddl(WRITTEN[row].0).unwrap();
        assert_eq!(SecurityDescriptor::directory(), written(0));
        assert_eq!(SecurityDescriptor::file(), written(1));
        assert_eq!(SecurityDescriptor::owned_by(&user, None, false), written(4));
        assert_eq!(SecurityDescriptor::owned_by(&user, None, true), written(5));
    }

    #[test]
    fn accounts_go_by_name_in_any_case_by_abbreviation_and_by_sid() {
        for text in ["ContainerUser", "containeruser", "user manager\\containeruser", "S-1-5-93-2-2", "s-1-5-93-2-2"] {
            assert_eq!(Sid::parse(text).unwrap().to_string(), "S-1-5-93-2-2", "{text}");
        }
        assert_eq!(Sid::parse("BA"), Sid::parse("Administrators"));
        let sids = ACCOUNTS.iter().map(|(_, sid, _)| sid);
        assert!(sids.clone().all(|sid| Sid::parse(sid).unwrap().to_string() == **sid));
    }

    #[test]
    fn what_is_no_account_is_refused() {
        for text in ["", "root", "1000", "S-1", "S-1-5", "S-1-5-", "S-1-x-1", "S-1-5-4294967296", "S-2-5-1"] {
            assert!(Sid::parse(text).is_err(), "{text}");
        }
        let long = format!("S-1-5{}", "-1".repeat(16));
        assert!(Sid::parse(&long).is_err());
    }

    #[test]
    fn what_is_no_sddl_is_refused() {
        for text in
            ["", "O:BA", "O:BAG:SYD:x", "O:BAG:SYD:(A;;FA;;;BA", "O:BAG:SYD:(A;ZZ;FA;;;BA)", "O:BAG:SYD:(A;;ZZ;;;BA)"]
        {
            assert!(SecurityDescriptor::from_sddl(text).is_err(), "{text}");
        }
    }
}
