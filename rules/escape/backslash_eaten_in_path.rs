//! A path that loses its backslashes because they are the escape character.

use dockerfile::diagnostic::Severity;
use dockerfile::document::Document;
use dockerfile::escape::{self, Eaten};
use dockerfile::model::view;
use dockerfile::source::Span;
use dockerfile::syntax::Keyword;
use dockerfile::syntax::reading::Reason;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "backslash-eaten-in-path",
    group: Group::Escape,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("backslash_eaten_in_path.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for eaten in context.eaten {
        if eaten.json || ends_swallowed_line(context.document, eaten.word.span) {
            continue;
        }
        let path = escape::shown(eaten);
        let fix = escape::respelt(eaten);
        let mut finding = report.add(
            eaten.span,
            format!("the builder drops the backslashes of {path}"),
            format!("{}, or put \"# escape=`\" on the first line", advice(eaten)),
        );
        if let Some(seen) = seen(context, eaten) {
            finding = finding.seen(seen);
        }
        if let Some(fix) = fix {
            finding.fix(fix);
        }
    }
}

/// Whether a word ends in a backslash that joins the next line: another rule's finding.
fn ends_swallowed_line(document: &Document, word: Span) -> bool {
    let source = &document.source;
    let Some((_, Reason::Swallowed(lines))) = &document.meant else { return false };
    let line = source.line_of(word.end);
    lines.contains(&line)
        && source.slice(Span::new(word.end, source.line_span(line).end)).trim_matches(['\\', ' ', '\t']).is_empty()
}

fn advice(eaten: &Eaten) -> &'static str {
    match eaten.instruction.keyword {
        Some(Keyword::Workdir | Keyword::Copy | Keyword::Add) => "write / instead of \\",
        _ => "put it in double quotes",
    }
}

/// The path as the builder has it; for `WORKDIR` the folder that it makes of it.
fn seen(context: &Context, eaten: &Eaten) -> Option<String> {
    if eaten.instruction.keyword == Some(Keyword::Workdir) && !eaten.word.as_str().contains('$') {
        let step = eaten.instruction.index;
        return Some(view::view(context.model(), step, &context.instructions()[step]).line());
    }
    escape::as_built(eaten)
}
