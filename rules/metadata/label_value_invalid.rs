//! A label whose value is not what the team says it must be.

use dockerfile::diagnostic::Severity;
use dockerfile::facts::Date;

use super::label::labels;
use crate::{Context, Fixable, Group, LabelKind, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "label-value-invalid",
    group: Group::Metadata,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["DL3051", "DL3052", "DL3053", "DL3054", "DL3055", "DL3056", "DL3058"],
    page: include_str!("label_value_invalid.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    if context.settings.policy.required_labels.is_empty() {
        return;
    }
    for label in labels(context) {
        let Some(&kind) = context.settings.policy.required_labels.get(&label.name) else { continue };
        let Some(value) = label.value.filter(|value| !is_valid(kind, value)) else { continue };
        let message = match value.is_empty() {
            true => format!("the label {} is empty", label.name),
            false => format!("the value of {} is no {}", label.name, what(kind)),
        };
        report.add(label.value_span, message, format!("write one such as {}", example(kind)));
    }
}

const fn what(kind: LabelKind) -> &'static str {
    match kind {
        LabelKind::Text => "text",
        LabelKind::Url => "URL",
        LabelKind::SemVer => "semantic version",
        LabelKind::Rfc3339 => "time by RFC 3339",
        LabelKind::Hash => "hash of a git commit",
        LabelKind::Spdx => "SPDX licence expression",
        LabelKind::Email => "mail address",
    }
}

const fn example(kind: LabelKind) -> &'static str {
    match kind {
        LabelKind::Text => "\"a text\"",
        LabelKind::Url => "https://git.example.com/app",
        LabelKind::SemVer => "1.2.3",
        LabelKind::Rfc3339 => "2026-11-01T12:00:00Z",
        LabelKind::Hash => "0f1e2d3",
        LabelKind::Spdx => "MIT OR Apache-2.0",
        LabelKind::Email => "team@example.com",
    }
}

fn is_valid(kind: LabelKind, value: &str) -> bool {
    match kind {
        LabelKind::Text => !value.trim().is_empty(),
        LabelKind::Url => is_url(value),
        LabelKind::SemVer => is_semver(value),
        LabelKind::Rfc3339 => is_rfc3339(value),
        LabelKind::Hash => matches!(value.len(), 7..=40 | 64) && value.bytes().all(|byte| byte.is_ascii_hexdigit()),
        LabelKind::Spdx => is_spdx(value),
        LabelKind::Email => is_email(value),
    }
}

fn is_url(value: &str) -> bool {
    value.split_once("://").is_some_and(|(scheme, rest)| {
        scheme.starts_with(|char: char| char.is_ascii_alphabetic())
            && scheme.chars().all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char))
            && !rest.trim_start_matches('/').is_empty()
            && !rest.contains(|char: char| char.is_whitespace() || char.is_control())
    })
}

fn is_semver(value: &str) -> bool {
    let (version, build) = value.split_once('+').map_or((value, None), |(version, build)| (version, Some(build)));
    let (core, pre) = version.split_once('-').map_or((version, None), |(core, pre)| (core, Some(pre)));
    let is_number = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'))
    };
    let is_word =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    core.split('.').count() == 3
        && core.split('.').all(is_number)
        && pre.is_none_or(|pre| pre.split('.').all(|part| is_word(part) && (!all_digits(part) || is_number(part))))
        && build.is_none_or(|build| build.split('.').all(is_word))
}

fn is_rfc3339(value: &str) -> bool {
    let Some((date, time)) = value.split_once(['T', 't', ' ']) else { return false };
    let (clock, zone) = match time.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, None),
        None => match time.rfind(['+', '-']) {
            Some(at) => (&time[..at], Some(&time[at + 1..])),
            None => return false,
        },
    };
    let (clock, fraction) = clock.split_once('.').map_or((clock, None), |(clock, part)| (clock, Some(part)));
    let two = |text: &str, most: u8| text.len() == 2 && text.parse::<u8>().is_ok_and(|number| number <= most);
    let clock: Vec<&str> = clock.split(':').collect();
    let zone: Option<Vec<&str>> = zone.map(|zone| zone.split(':').collect());
    Date::parse(date).is_some()
        && matches!(clock[..], [h, m, s] if two(h, 23) && two(m, 59) && two(s, 60))
        && fraction.is_none_or(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
        && zone.is_none_or(|zone| matches!(zone[..], [h, m] if two(h, 23) && two(m, 59)))
}

/// The shape of an expression: identifiers joined by `AND`, `OR` and `WITH`. Whether an identifier is in the list of
/// SPDX is not looked up.
fn is_spdx(value: &str) -> bool {
    let spaced = value.replace('(', " ( ").replace(')', " ) ");
    let (mut depth, mut wants_name) = (0i32, true);
    for word in spaced.split_whitespace() {
        match word {
            "(" if wants_name => depth += 1,
            ")" if !wants_name && depth > 0 => depth -= 1,
            "AND" | "OR" | "WITH" if !wants_name => wants_name = true,
            name if wants_name && !["AND", "OR", "WITH", ")"].contains(&name) => {
                let name = name.strip_suffix('+').unwrap_or(name);
                if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte)) {
                    return false;
                }
                wants_name = false;
            }
            _ => return false,
        }
    }
    depth == 0 && !wants_name
}

fn is_email(value: &str) -> bool {
    value.rsplit_once('@').is_some_and(|(user, domain)| {
        let is_plain =
            |text: &str| !text.is_empty() && !text.contains(|char: char| char.is_whitespace() || char == '@');
        is_plain(user)
            && domain.split('.').count() > 1
            && domain.split('.').all(|part| {
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte > 127)
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_their_kind_says() {
        use LabelKind::{Email, Hash, Rfc3339, SemVer, Spdx, Text, Url};
        for (kind, good, bad) in [
            (Text, &["x"][..], &["", "  "][..]),
            (Url, &["https://a/b", "git+ssh://h/x"], &["a/b", "https://", "http s://a", "https://a b"]),
            (SemVer, &["1.2.3", "0.0.0-rc.1+build.5"], &["1.2", "v1.2.3", "01.2.3", "1.2.3-01", "1.2.3+"]),
            (
                Rfc3339,
                &["2026-11-01T12:00:00Z", "2026-11-01 12:00:00.5+01:00"],
                &["2026-11-01", "2026-02-30T1:00:00Z", "2026-11-01T12:00:00"],
            ),
            (Hash, &["0f1e2d3", "0123456789abcdef0123456789abcdef01234567"], &["0f1e2d", "main"]),
            (
                Spdx,
                &["MIT", "(MIT OR Apache-2.0) AND GPL-2.0+ WITH Classpath-exception-2.0"],
                &["Apache License 2.0", "MIT OR", "(MIT", ""],
            ),
            (Email, &["a.b@example.com"], &["a", "@b.c", "a@b", "a b@c.d"]),
        ] {
            good.iter().for_each(|value| assert!(is_valid(kind, value), "{kind:?} {value}"));
            bad.iter().for_each(|value| assert!(!is_valid(kind, value), "{kind:?} {value}"));
        }
    }
}
