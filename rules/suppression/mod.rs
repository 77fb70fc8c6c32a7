//! Comments that ignore findings, and the rules about them.

#[cfg(test)]
mod buildkit_tests;
mod comment;
mod expired_suppression;
mod suppression_without_reason;
#[cfg(test)]
mod tests;
mod unknown_suppression;
mod unused_suppression;

use dockerfile::diagnostic::Diagnostic;
use dockerfile::source::Span;

use crate::{Context, Report, Rule};
use comment::{Suppression, read};

pub(crate) static RULES: &[&Rule] = &[
    &expired_suppression::RULE,
    &suppression_without_reason::RULE,
    &unknown_suppression::RULE,
    &unused_suppression::RULE,
];

/// Takes out what comments ignore, and reports the comments that ignore nothing.
pub(crate) fn apply(context: &Context, found: &mut Vec<Diagnostic>) {
    let mut suppressions = read(context.document);
    suppressions.retain(|suppression| !suppression.is_over(context.settings.today));
    if suppressions.is_empty() {
        return;
    }
    let mut used: Vec<Vec<bool>> = suppressions.iter().map(|found| vec![false; found.names.len()]).collect();
    found.retain(|diagnostic| !ignored(diagnostic, &suppressions, &mut used));
    let mut unused = unused_suppression::find(context, &suppressions, &used);
    unused.retain(|diagnostic| !ignored(diagnostic, &suppressions, &mut used));
    found.append(&mut unused);
}

/// Whether a comment ignores a finding; notes every name that does.
fn ignored(diagnostic: &Diagnostic, suppressions: &[Suppression], used: &mut [Vec<bool>]) -> bool {
    let Some(rule) = crate::rule(diagnostic.rule) else { return false };
    let mut ignored = false;
    for (suppression, used) in suppressions.iter().zip(used) {
        if !suppression.reaches(diagnostic.span) {
            continue;
        }
        for (name, used) in suppression.names.iter().zip(used) {
            let covers = suppression.tool.covers(&name.text, rule);
            *used |= covers;
            ignored |= covers;
        }
    }
    ignored
}

/// The whole line of a comment, its line ending included.
fn line(context: &Context, comment: Span) -> Span {
    let source = context.source();
    let line = source.line_of(comment.start);
    Span::new(source.line_span(line).start, source.line_end(line))
}

/// What [`unused_suppression`] checks is known only after all rules have run; see [`apply`].
fn checked_at_the_end(_: &Context, _: &mut Report) {}
