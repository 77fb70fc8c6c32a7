//! A secret of a kind that the team named.

use std::ops::Range;

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::document::Document;
use dockerfile::facts::secret;
use dockerfile::source::Span;

use super::Secret;
use super::secret_in_env_arg::{pairs, value};
use crate::policy::{Policy, matches};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "configured-secret",
    group: Group::Secret,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("configured_secret.md"),
    check,
};

const HELP: &str = "give it to the one step that needs it: `RUN --mount=type=secret,id=...`, or at run time";

fn check(context: &Context, report: &mut Report) {
    super::report(RULE.id, context, report);
}

/// The secrets that the team's patterns describe, wherever they stand, also in comments.
pub(super) fn find(document: &Document, policy: &Policy) -> Vec<Secret> {
    let mut found = Vec::new();
    if policy.secret_names.is_empty() && policy.secret_values.is_empty() {
        return found;
    }
    let mut add = |span: Span, text: &str, message: String| {
        found.push(Secret { rule: RULE.id, span, text: text.to_owned(), message, help: HELP.to_owned() });
    };
    let is_name = |name: &str| policy.secret_names.iter().any(|pattern| matches(pattern, name));
    for (_, pair, _) in pairs(document).filter(|(keyword, ..)| *keyword != Keyword::Label) {
        let Some(value) = value(document, pair).filter(|value| secret::value(value.text())) else { continue };
        if is_name(pair.name.as_str()) {
            add(value.whole(), value.text(), format!("`{}` keeps a secret in the image", pair.name.as_str()));
        }
    }
    let text = document.source.text();
    let span = |range: &Range<usize>| Span::new(range.start as u32, range.end as u32);
    for (name, range) in assignments(text) {
        if is_name(name) && secret::value(&text[range.clone()]) {
            add(span(&range), &text[range], format!("the value of `{name}` is a secret"));
        }
    }
    for range in words(text) {
        let word = &text[range.clone()];
        if policy.secret_values.iter().any(|pattern| matches(pattern, word)) {
            add(span(&range), word, "this is a secret by a pattern of the configuration".to_owned());
        }
    }
    found
}

const fn is_part(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.')
}

/// Each `name=value` and `name:value`, also behind `--` and `/`, with the place of the value.
fn assignments(text: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    text.match_indices(['=', ':']).filter_map(|(at, _)| {
        let name = &text[text[..at].trim_end_matches(is_part).len()..at];
        let rest = &text[at + 1..];
        let (start, end) = match rest.chars().next()? {
            quote @ ('"' | '\'') => (1, rest[1..].find([quote, '\n']).map_or(rest.len(), |len| len + 1)),
            _ => (0, rest.find([' ', '\t', '\r', '\n', '"', '\'', ';']).unwrap_or(rest.len())),
        };
        let name = name.trim_start_matches('-');
        (!name.is_empty() && end > start).then_some((name, at + 1 + start..at + 1 + end))
    })
}

/// The runs of characters that secrets are made of.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_word = |char: char| is_part(char) || matches!(char, '+' | '/' | '~' | '!');
    text.split(move |char| !is_word(char)).filter(|word| !word.is_empty()).map(|word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    })
}
