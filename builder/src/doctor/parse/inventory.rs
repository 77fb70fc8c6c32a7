//! What one run of PowerShell tells of a host: `name=value` lines that the probe itself writes, so no label is
//! translated.

use std::collections::BTreeMap;

/// The values of the probe; a name is missing where the host could not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    values: BTreeMap<String, String>,
}

impl Inventory {
    /// A value.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// A value that is a number.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.value(name)?.parse().ok()
    }
}

/// Reads the `name=value` lines of the probe; other lines are none of its.
pub fn inventory(text: &str) -> Inventory {
    let pairs = text.lines().filter_map(|line| line.trim().split_once('='));
    let is_name = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    let values = pairs.filter(|(name, value)| is_name(name) && !value.is_empty());
    Inventory { values: values.map(|(name, value)| (name.to_owned(), value.to_owned())).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_probe_are_read_and_others_are_not() {
        let read = inventory("containers=Enabled\r\nfree-bytes=123\r\nhyper-v=\r\nWARNING: x=y\r\nnothing\r\n");
        assert_eq!(read.value("containers"), Some("Enabled"));
        assert_eq!(read.number("free-bytes"), Some(123));
        assert_eq!((read.value("hyper-v"), read.value("WARNING: x")), (None, None));
    }
}
