//! `ENV` and `ARG` with a secret: both stay in the image's configuration or history.

use dockerfile::ast::{Keyword, Kind, Pair};
use dockerfile::diagnostic::Severity;
use dockerfile::document::Document;
use dockerfile::expand::{self, Modifier, Operator, Options};
use dockerfile::facts::secret::{self, Certainty};
use dockerfile::source::Span;
use dockerfile::splice::Spliced;
use dockerfile::syntax::{Problem, ProblemKind};

use super::{File, Secret, text};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "secret-in-env-arg",
    group: Group::Secret,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["DL3064", "SecretsUsedInArgOrEnv"],
    page: include_str!("secret_in_env_arg.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    super::report(RULE.id, context, report);
    let model = context.model();
    // What the build asks for in a stage that is thrown away does not get into the image.
    let shipped = model.shipped().flat_map(|stage| stage.steps.clone());
    for step in shipped {
        let Kind::Args(pairs) = &context.instructions()[step].innermost().kind else { continue };
        for pair in pairs.iter().filter(|pair| pair.value.is_none()) {
            let name = pair.name.as_str();
            let default = model.globals.iter().any(|global| global.name == name && global.value.is_some());
            if !default && secret::name(name) == Some(Certainty::Sure) {
                let message = format!("`{name}` is asked for as a build argument, which the history keeps");
                report.add(pair.name.span, message, instead(name)).at_most(Severity::Warning);
            }
        }
    }
}

/// The secrets that variables hold.
pub(super) fn find(File { document, .. }: File) -> Vec<Secret> {
    let mut found = Vec::new();
    for (keyword, pair, rest) in pairs(document).filter(|(keyword, ..)| *keyword != Keyword::Label) {
        let name = pair.name.as_str();
        let holds_address = pair.value.as_ref().is_some_and(|value| value.as_str().contains("://"));
        if secret::name(name).is_none() && !holds_address {
            continue;
        }
        let Some(mut value) = value(document, pair) else { continue };
        if let Some(last) = rest_of_value(document, value.whole().end, rest.first()) {
            let span = value.whole().to(last);
            value = Spliced::verbatim(document.source.slice(span), span.start);
        }
        let mut add = |span: Span, text: &str| {
            let message = match keyword {
                Keyword::Env => format!("`{name}` keeps a secret in the image"),
                _ => format!("the default of `{name}` is a secret, which the history keeps"),
            };
            found.push(Secret { rule: RULE.id, span, text: text.to_owned(), message, help: instead(name) });
        };
        if secret::value(value.text()) && is_sure(name, value.text()) {
            add(value.whole(), value.text());
            continue;
        }
        for (span, text) in defaults(document, pair).iter().filter(|(_, text)| is_sure(name, text)) {
            add(*span, text);
        }
        for range in text::address_secrets(value.text()) {
            add(value.span(range.clone()), &value.text()[range]);
        }
    }
    found
}

/// The secrets that stand in references for the case that a variable is unset: `${X:-this}`.
fn defaults(document: &Document, pair: &Pair) -> Vec<(Span, String)> {
    let word = pair.value.as_ref().map(|value| &value.text);
    let expanded = word.and_then(|word| expand::word(word, document.model.escape, &()).ok()).unwrap_or_default();
    let default = |used: expand::Use| match used.modifier {
        Some(Modifier { operator: Operator::Default, word, .. }) if secret::value(&word) => Some((used.span, word)),
        _ => None,
    };
    expanded.uses.into_iter().filter_map(default).collect()
}

/// Without quotes the builder refuses the second and the next words of a value, as they have no `=`.
fn rest_of_value(document: &Document, end: u32, next: Option<&Pair>) -> Option<Span> {
    let reading = document.reading();
    let after = &reading.problems[reading.problems.partition_point(|problem| problem.span.start < end)..];
    let own = reading.instructions.partition_point(|instruction| instruction.span.end < end);
    let end = next.map_or(reading.instructions.get(own)?.span.end, |next| next.span.start);
    let is_word = |problem: &&Problem| matches!(problem.kind, ProblemKind::MissingEquals(_)) && problem.span.end <= end;
    after.iter().take_while(is_word).last().map(|problem| problem.span)
}

/// Whether a value that can be a secret is one, by its name or its looks.
fn is_sure(name: &str, value: &str) -> bool {
    match secret::name(name) {
        // `BING_MAPS_KEY=bing_maps_key` says what will stand there.
        Some(Certainty::Sure) => !value.trim().eq_ignore_ascii_case(name),
        Some(Certainty::Possible) => secret::looks_random(value),
        None => false,
    }
}

fn instead(name: &str) -> String {
    let id = name.to_lowercase();
    format!("give it to the one step that needs it: `RUN --mount=type=secret,id={id},env={name}`, or at run time")
}

/// The names and values of `ENV`, `ARG` and `LABEL`, also behind `ONBUILD`, each with those after it.
pub(super) fn pairs(document: &Document) -> impl Iterator<Item = (Keyword, &Pair, &[Pair])> {
    let instructions = document.reading().instructions.iter().map(|instruction| instruction.innermost());
    instructions.flat_map(|instruction| {
        let pairs = match &instruction.kind {
            Kind::Pairs(pairs) | Kind::Args(pairs) => pairs.as_slice(),
            _ => &[],
        };
        pairs.iter().enumerate().filter_map(|(at, pair)| Some((instruction.keyword?, pair, &pairs[at + 1..])))
    })
}

/// A value without its quotes, references left as they stand.
pub(super) fn value(document: &Document, pair: &Pair) -> Option<Spliced> {
    let word = &pair.value.as_ref()?.text;
    let options = Options { skip_unset: true, ..Options::default() };
    let expanded = expand::word_with(word, document.model.escape, &(), options);
    Some(expanded.map_or_else(|_| word.clone(), |expanded| expanded.text))
}
