//! `--os-version`: which versions of Windows a build is for, and how the Dockerfile's arguments follow them.

use std::collections::BTreeMap;

use dockerfile::ast::{Instruction, Kind};

use crate::failure::{Exit, Failure};

/// The labels of Windows' versions and their builds, the newest first.
const LABELS: [(&str, &str); 8] = [
    ("ltsc2025", "10.0.26100"),
    ("23h2", "10.0.25398"),
    ("ltsc2022", "10.0.20348"),
    ("20h2", "10.0.19042"),
    ("1909", "10.0.18363"),
    ("ltsc2019", "10.0.17763"),
    ("1809", "10.0.17763"),
    ("ltsc2016", "10.0.14393"),
];

/// A version of Windows to build for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OsVersion {
    /// As tags have it: `ltsc2022`; none for a build that has no label here.
    pub label: Option<&'static str>,
    /// The version, or its beginning: `10.0.20348`.
    pub version: String,
}

impl OsVersion {
    /// The version of a text: a label, a build number, a version.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        let folded = text.trim().to_ascii_lowercase();
        if let Some((label, version)) = LABELS.iter().find(|(label, _)| *label == folded) {
            return Ok(OsVersion { label: Some(label), version: (*version).to_owned() });
        }
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let version = match folded.split('.').collect::<Vec<_>>()[..] {
            [build] if is_number(build) && build.len() == 5 => format!("10.0.{build}"),
            ["10", "0", build] | ["10", "0", build, _] if is_number(build) => folded.clone(),
            _ => {
                let known: Vec<&str> = LABELS.iter().map(|(label, _)| *label).collect();
                let cause = format!("`{text}` is no version of Windows: write {} or 10.0.BUILD", known.join(", "));
                return Err(Failure::new(Exit::Usage, cause));
            }
        };
        let label = LABELS.iter().find(|(_, known)| version.starts_with(known)).map(|(label, _)| *label);
        Ok(OsVersion { label, version })
    }

    /// The build arguments that choose this version: those before the first `FROM` whose default names a version. What
    /// the command line sets stays.
    pub fn arguments(
        &self,
        instructions: &[Instruction],
        given: &BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        let mut arguments = given.clone();
        let Some(label) = self.label else { return arguments };
        for instruction in instructions {
            let pairs = match &instruction.kind {
                Kind::From(_) => break,
                Kind::Args(pairs) => pairs,
                _ => continue,
            };
            for pair in pairs {
                let value = pair.value.as_ref().map_or("", |value| value.as_str()).trim_matches(['"', '\'']);
                if let Some(value) = relabelled(value, label) {
                    arguments.entry(pair.name.as_str().to_owned()).or_insert(value);
                }
            }
        }
        arguments
    }
}

/// The value with another label, where it has one that stands for itself: `windowsservercore-ltsc2022`.
fn relabelled(value: &str, label: &str) -> Option<String> {
    let is_end = |char: Option<char>| char.is_none_or(|char| !char.is_ascii_alphanumeric() && char != '.');
    LABELS.iter().find_map(|(known, _)| {
        let at = value.to_ascii_lowercase().find(known)?;
        let (before, rest) = (&value[..at], &value[at + known.len()..]);
        let alone = is_end(before.chars().next_back()) && is_end(rest.chars().next());
        alone.then(|| format!("{before}{label}{rest}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use dockerfile::document::{Builder, Document};
    use dockerfile::source::Source;

    #[test]
    fn a_version_has_many_names() {
        for (text, label, version) in [
            ("ltsc2022", Some("ltsc2022"), "10.0.20348"),
            ("LTSC2025", Some("ltsc2025"), "10.0.26100"),
            ("1809", Some("1809"), "10.0.17763"),
            ("20348", Some("ltsc2022"), "10.0.20348"),
            ("10.0.20348.2700", Some("ltsc2022"), "10.0.20348.2700"),
            ("10.0.22631", None, "10.0.22631"),
        ] {
            assert_eq!(OsVersion::parse(text).unwrap(), OsVersion { label, version: version.to_owned() });
        }
        for text in ["", "windows", "10.0", "11.0.20348", "ltsc2023"] {
            assert!(OsVersion::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn arguments_that_name_a_version_follow_it() {
        let text =
            "ARG TAG=\"servercore-ltsc2022\"\nARG V=1.1809.2\nARG OS=ltsc2019 X=5\nFROM a:$TAG\nARG Y=ltsc2022\n";
        let document = Document::new(Source::new(text.into()), Builder::Any);
        let version = OsVersion::parse("ltsc2025").unwrap();
        let given = BTreeMap::from([("OS".to_owned(), "mine".to_owned())]);
        let arguments = version.arguments(&document.built.instructions, &given);
        let expected = [("OS", "mine"), ("TAG", "servercore-ltsc2025")];
        assert_eq!(arguments, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    }
}
