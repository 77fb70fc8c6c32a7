//! A here-string on a line that the builder joins with the next one.

use std::ops::Range;

use dockerfile::diagnostic::Severity;

use super::read::scripts;
use crate::{Context, Fixable, Group, Platform, Report, Rule, needs};

pub(super) static RULE: Rule = Rule {
    id: "here-string-in-run",
    group: Group::PowerShell,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: needs::POWERSHELL,
    also: &[],
    page: include_str!("here_string_in_run.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let mut last = None;
    for read in scripts(context) {
        // The body of a heredoc has its lines.
        if !read.instruction.heredocs.is_empty() {
            continue;
        }
        let place = read.script.text.whole();
        for range in headers(read.instruction.args.text()) {
            let span = read.instruction.args.span(range);
            if span.end < place.start || place.end < span.start || last.is_some_and(|last| span.start <= last) {
                continue;
            }
            last = Some(span.start);
            report
                .add(
                    span,
                    "a here-string needs lines, and joined lines are one line",
                    "write the text to a file and COPY it, or use single quotes",
                )
                .seen("No characters are allowed after a here-string header but before the end of the line.");
        }
    }
}

/// Where `@'` and `@"` stand at the beginning of a word, with text behind them on the line.
fn headers(text: &str) -> Vec<Range<usize>> {
    let begins = |at: usize| text[..at].ends_with([' ', '\t', '=', '(', ',', '|', '{', ';', '"']) || at == 0;
    let found = text.match_indices('@').filter_map(|(at, _)| {
        let rest = &text[at + 1..];
        let len = ["'", "\"", "\\\""].into_iter().find(|quote| rest.starts_with(quote))?.len();
        let behind = rest[len..].trim_start_matches([' ', '\t']);
        // In JSON a line may end without the line of the file.
        let ends = ["\n", "\r", "\\n", "\\r", "`n", "`r"].iter().any(|end| behind.starts_with(end));
        let closed = behind.contains("'@") || behind.contains("\"@");
        (begins(at) && closed && !ends).then_some(at..at + 1 + len)
    });
    found.collect()
}
