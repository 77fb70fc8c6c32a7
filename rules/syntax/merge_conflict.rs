//! Conflict markers that a merge left behind.

use dockerfile::diagnostic::Severity;
use dockerfile::source::Span;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "merge-conflict",
    group: Group::Syntax,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Text(&["<<<<<<<", ">>>>>>>", "|||||||"]),
    also: &[],
    page: include_str!("merge_conflict.md"),
    check,
};

/// Whether a line is one of Git's conflict markers: seven of a kind, alone or before a blank.
pub(super) fn is_marker(line: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"]
        .iter()
        .filter_map(|marker| line.strip_prefix(marker))
        .any(|rest| rest.is_empty() || rest.starts_with(' '))
}

fn check(context: &Context, report: &mut Report) {
    let source = context.source();
    // A line of equal signs alone may be anything; it counts after the marker that opens a conflict.
    let mut open = false;
    for line in 1..=source.line_count() {
        let span = source.line_span(line);
        let text = source.slice(span);
        if !is_marker(text) || text.starts_with('=') && !open {
            continue;
        }
        open = !text.starts_with('>');
        let marker = Span::new(span.start, span.start + 7);
        report.add(marker, "a merge conflict was never resolved", "keep one side and delete the marker lines");
    }
}
