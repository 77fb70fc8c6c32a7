//! `FROM --platform` with one fixed platform, in a file for Linux.

use dockerfile::diagnostic::Severity;
use dockerfile::model::Stage;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "from-platform-flag-const",
    group: Group::BaseImage,
    severity: Severity::Info,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["FromPlatformFlagConstDisallowed"],
    page: include_str!("from_platform_flag_const.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let model = context.model();
    // Windows images are there for one platform, and stages of both systems cannot do without the flag.
    if model.has_windows() {
        return;
    }
    for stage in &model.stages {
        let value = context.instructions()[stage.from].flag("platform").and_then(|flag| flag.value.as_ref());
        let Some(value) = value.filter(|value| !value.text().contains('$')) else { continue };
        let Some((os, architecture)) = platform(value.text()) else { continue };
        if is_named_after(stage, os, architecture) {
            continue;
        }
        report.add(
            value.whole(),
            format!("this stage is always built for {}, whatever the build asks for", value.text()),
            "leave the flag out, or write `$BUILDPLATFORM` for a stage whose result runs anywhere",
        );
    }
}

/// A stage that says in its name what it is for.
fn is_named_after(stage: &Stage, os: &str, architecture: &str) -> bool {
    let name = stage.name.as_deref().unwrap_or_default().to_lowercase();
    name.contains(os) || name.contains(architecture)
}

/// Operating system and architecture of a platform, in Go's words; `None` where it is none.
fn platform(value: &str) -> Option<(&str, &str)> {
    let mut parts = value.split('/');
    let (first, second, variant) = (parts.next()?, parts.next(), parts.next());
    let is_word = |part: &str| {
        !part.is_empty() && part.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '_' | '.' | '-'))
    };
    if parts.next().is_some() || ![Some(first), second, variant].into_iter().flatten().all(is_word) {
        return None;
    }
    match (first, second) {
        (os, Some(architecture)) => Some((os, usual(architecture))),
        ("linux", None) => Some(("linux", "amd64")),
        (architecture, None) => Some(("linux", usual(architecture))),
    }
}

/// The one name of an architecture that has several.
fn usual(architecture: &str) -> &str {
    match architecture {
        "x86_64" | "x86-64" => "amd64",
        "aarch64" => "arm64",
        "i386" | "i686" => "386",
        "armhf" | "armel" => "arm",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::platform;

    #[test]
    fn platforms_as_go_names_them() {
        for (value, expected) in [
            ("linux/amd64", Some(("linux", "amd64"))),
            ("linux/arm/v7", Some(("linux", "arm"))),
            ("aarch64", Some(("linux", "arm64"))),
            ("linux", Some(("linux", "amd64"))),
            ("linux/", None),
            ("a/b/c/d", None),
            ("linux amd64", None),
        ] {
            assert_eq!(platform(value), expected, "{value}");
        }
    }
}
