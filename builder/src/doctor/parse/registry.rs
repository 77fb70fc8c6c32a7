//! `reg.exe query KEY /v NAME`: types are constants, values follow; errors are translated and only their code counts.

/// A value of the registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistryValue {
    /// `REG_DWORD`, `REG_QWORD`.
    Number(u64),
    /// Texts; several are separated by `\0` as `reg.exe` writes them.
    Text(String),
}

/// The value of that name in the output of `reg.exe query`.
pub fn registry_value(text: &str, name: &str) -> Option<RegistryValue> {
    text.lines().find_map(|line| {
        let rest = line.trim_start().strip_prefix(name)?;
        let rest = rest.strip_prefix(char::is_whitespace)?.trim_start();
        let (kind, value) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let value = value.trim();
        match kind {
            "REG_DWORD" | "REG_QWORD" => {
                let digits = value.strip_prefix("0x")?;
                u64::from_str_radix(digits, 16).ok().map(RegistryValue::Number)
            }
            _ if kind.starts_with("REG_") => Some(RegistryValue::Text(value.to_owned())),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::recorded;

    #[test]
    fn values_are_read_by_their_types() {
        let text = "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\r\n    UBR    REG_DWORD    0x829e\r\n    \
                    EditionID    REG_SZ    ServerDatacenter\r\n\r\n";
        assert_eq!(registry_value(text, "UBR"), Some(RegistryValue::Number(33438)));
        assert_eq!(registry_value(text, "EditionID"), Some(RegistryValue::Text("ServerDatacenter".into())));
        assert_eq!(registry_value(text, "Edition"), None);
        assert_eq!(registry_value(&recorded("reg_query_reboot_absent.txt"), "RebootPending"), None);
    }
}
