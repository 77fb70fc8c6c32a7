//! Runs the rules over a file and takes out what does not hold there or is ignored.

use dockerfile::diagnostic::Diagnostic;
use dockerfile::document::Document;
use dockerfile::source::Span;

use crate::suppression;
use crate::{Context, Platform, RULES, Report, Rule, Settings};

/// All findings in a file, in order of place, after suppressions.
pub fn check(document: &Document, settings: &Settings) -> Vec<Diagnostic> {
    let context = Context { document, settings };
    let mut found = Vec::new();
    for (rule, report) in reports(settings) {
        found.extend(run(rule, report, &context));
    }
    suppression::apply(&context, &mut found);
    found.sort_by(|a, b| (a.span, a.rule).cmp(&(b.span, b.rule)));
    found
}

/// An empty report for each rule that is switched on.
fn reports(settings: &Settings) -> impl Iterator<Item = (&'static Rule, Report)> + '_ {
    RULES.iter().zip(&settings.severities).filter_map(|(&rule, &severity)| {
        Some((rule, Report::new(rule, severity?, settings.explicit.contains(rule.id))))
    })
}

fn run(rule: &'static Rule, mut report: Report, context: &Context) -> Vec<Diagnostic> {
    (rule.check)(context, &mut report);
    if rule.platform == Platform::Windows {
        report.found.retain(|diagnostic| holds_at(context.document, diagnostic.span));
    }
    report.found
}

/// Whether Windows rules hold at a place: in a Windows stage, and before the first stage of a file that has a
/// Windows stage. Until stages know their platform, everywhere.
fn holds_at(_document: &Document, _span: Span) -> bool {
    true
}
