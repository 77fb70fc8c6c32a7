//! A stop signal in a Windows stage.

use dockerfile::ast::{Keyword, Kind};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::source::Span;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "stopsignal-on-windows",
    group: Group::Metadata,
    severity: Severity::Warning,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Stopsignal]),
    also: &[],
    page: include_str!("stopsignal_on_windows.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for outer in context.instructions() {
        let instruction = outer.innermost();
        if instruction.keyword != Some(Keyword::Stopsignal) {
            continue;
        }
        let signal = match &instruction.kind {
            Kind::Text(Some(word)) => word.as_str().to_ascii_uppercase(),
            _ => String::new(),
        };
        let kills = matches!(signal.trim_start_matches("SIG"), "KILL" | "9");
        let (message, help) = match kills {
            true => ("the program is killed at once, without time to end", "remove the STOPSIGNAL"),
            false => (
                "there are no signals on Windows: programs get CTRL_SHUTDOWN_EVENT in any case",
                "remove it and handle CTRL_SHUTDOWN_EVENT in the program",
            ),
        };
        let edits = vec![Edit::delete(lines(context, outer.lines))];
        report.add(instruction.keyword_span.to(instruction.args.whole()), message, help).fix(match kills {
            true => Fix::suggested("remove it", edits),
            false => Fix::safe("remove it", edits),
        });
    }
}

/// Whole lines, with the line break at their end.
fn lines(context: &Context, (first, last): (u32, u32)) -> Span {
    Span::new(context.source().line_span(first).start, context.source().line_end(last))
}
