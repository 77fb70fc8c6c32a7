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

use std::collections::HashMap;

use dockerfile::diagnostic::Diagnostic;
use dockerfile::source::Span;

use crate::{Context, Report, Rule};
pub(crate) use comment::{Suppression, read};

pub(crate) static RULES: &[&Rule] = &[
    &expired_suppression::RULE,
    &suppression_without_reason::RULE,
    &unknown_suppression::RULE,
    &unused_suppression::RULE,
];

/// Takes out what comments ignore, and reports the comments that ignore nothing.
pub(crate) fn apply(context: &Context, found: &mut Vec<Diagnostic>) {
    let holds = |suppression: &&Suppression| !suppression.is_over(context.settings.today);
    let suppressions: Vec<Suppression> = context.suppressions.iter().filter(holds).cloned().collect();
    if suppressions.is_empty() {
        return;
    }
    let mut ignored = Ignored::new(&suppressions);
    found.retain(|diagnostic| !ignored.is_ignored(diagnostic));
    let mut unused = unused_suppression::find(context, &suppressions, &ignored.used);
    unused.retain(|diagnostic| !ignored.is_ignored(diagnostic));
    found.append(&mut unused);
}

/// What comments have ignored so far.
struct Ignored<'a> {
    suppressions: &'a [Suppression],
    /// For each comment, the names that ignored something.
    used: Vec<Vec<bool>>,
    /// The comments that hold for the whole file.
    of_file: Vec<usize>,
    /// What those say of a rule.
    known: HashMap<&'static str, bool>,
    /// The comments that hold for an instruction, with their ends, which go up as their beginnings do.
    of_instruction: Vec<(Span, usize)>,
}

impl<'a> Ignored<'a> {
    fn new(suppressions: &'a [Suppression]) -> Self {
        let used = suppressions.iter().map(|suppression| vec![false; suppression.names.len()]).collect();
        let all = || suppressions.iter().enumerate();
        let of_file = all().filter(|(_, suppression)| suppression.scope.is_none()).map(|(at, _)| at).collect();
        let of_instruction = all().filter_map(|(at, suppression)| Some((suppression.scope?, at))).collect();
        Ignored { suppressions, used, of_file, known: HashMap::new(), of_instruction }
    }

    /// Whether a comment ignores a finding; notes every name that does.
    fn is_ignored(&mut self, diagnostic: &Diagnostic) -> bool {
        let Some(rule) = crate::rule(diagnostic.rule) else { return false };
        let by_file = match self.known.get(rule.id) {
            Some(&known) => known,
            None => {
                let ignored = self.note(rule, self.of_file.clone());
                self.known.insert(rule.id, ignored);
                ignored
            }
        };
        let place = diagnostic.span.start;
        let first = self.of_instruction.partition_point(|(scope, _)| scope.end < place);
        let reach = self.of_instruction[first..].iter().take_while(|(scope, _)| scope.start <= place);
        let reach = reach.map(|&(_, at)| at).collect();
        self.note(rule, reach) || by_file
    }

    /// Whether one of these comments ignores a rule.
    fn note(&mut self, rule: &Rule, comments: Vec<usize>) -> bool {
        let mut ignored = false;
        for at in comments {
            let suppression = &self.suppressions[at];
            for (name, used) in suppression.names.iter().zip(&mut self.used[at]) {
                let covers = suppression.tool.covers(&name.text, rule);
                *used |= covers;
                ignored |= covers;
            }
        }
        ignored
    }
}

/// The whole line of a comment, its line ending included.
fn line(context: &Context, comment: Span) -> Span {
    let source = context.source();
    let line = source.line_of(comment.start);
    Span::new(source.line_span(line).start, source.line_end(line))
}

/// What [`unused_suppression`] checks is known only after all rules have run; see [`apply`].
fn checked_at_the_end(_: &Context, _: &mut Report) {}
