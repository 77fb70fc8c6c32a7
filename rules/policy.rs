//! What a team asks of its files besides the catalogue. Without it, the rules about it are silent.

use std::collections::BTreeMap;

use dockerfile::facts::host::Host;

/// What a team asks for. Texts with `*` are patterns: a star stands for any text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    /// The registries that images may come from; any when empty.
    pub trusted_registries: Vec<String>,
    /// The images that stages may stand on, with or without a tag; any when empty.
    pub allowed_base_images: Vec<String>,
    /// The labels that an image must have.
    pub required_labels: BTreeMap<String, LabelKind>,
    /// Whether an image may have no other labels.
    pub only_required_labels: bool,
    /// Names of variables and options whose values are secrets.
    pub secret_names: Vec<String>,
    /// What secrets themselves look like.
    pub secret_values: Vec<String>,
    /// The hosts on which every file must build and run.
    pub hosts: Vec<Host>,
    /// Whether a comment that ignores findings must say why.
    pub require_reason: bool,
}

/// What the value of a label must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelKind {
    /// Any text but an empty one.
    Text,
    /// An address with a scheme.
    Url,
    /// A version by Semantic Versioning.
    SemVer,
    /// A time by RFC 3339.
    Rfc3339,
    /// The hash of a git commit, whole or short.
    Hash,
    /// A licence by its SPDX identifier.
    Spdx,
    /// An address for mail.
    Email,
}

impl LabelKind {
    /// All kinds.
    pub const ALL: [LabelKind; 7] = [
        LabelKind::Text,
        LabelKind::Url,
        LabelKind::SemVer,
        LabelKind::Rfc3339,
        LabelKind::Hash,
        LabelKind::Spdx,
        LabelKind::Email,
    ];

    /// The name in settings.
    pub const fn name(self) -> &'static str {
        match self {
            LabelKind::Text => "text",
            LabelKind::Url => "url",
            LabelKind::SemVer => "semver",
            LabelKind::Rfc3339 => "rfc3339",
            LabelKind::Hash => "hash",
            LabelKind::Spdx => "spdx",
            LabelKind::Email => "email",
        }
    }

    /// The kind of a name, if there is one.
    pub fn from_name(name: &str) -> Option<LabelKind> {
        LabelKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Whether a pattern describes all of a text, in any letter case.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_ascii_lowercase(), text.to_ascii_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.len() >= last.len() && rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, expected) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("*", "", true),
            ("*.azurecr.io", "team.azurecr.io", true),
            ("*.azurecr.io", "azurecr.io", false),
            ("MCR.microsoft.com", "mcr.microsoft.com", true),
            ("mcr.microsoft.com/windows/*:ltsc*", "mcr.microsoft.com/windows/nanoserver:ltsc2022", true),
            ("a*b*c", "abbc", true),
            ("ab*ba", "aba", false),
            ("*_pat", "corp_pat", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
