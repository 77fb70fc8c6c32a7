//! Lines that go on with a backslash in a file whose escape character is the backtick.

use dockerfile::diagnostic::Severity;
use dockerfile::escape;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "backslash-continuation-with-backtick-directive",
    group: Group::Escape,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("backslash_continuation_with_backtick_directive.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let document = context.document;
    if document.built.tree.escape != '`' {
        return;
    }
    for found in escape::other_continuations(document) {
        let mut finding = report.add(
            found.marks[0],
            "the instruction ends here: the backslash does not continue the line",
            "end the line with a backtick, the escape character of this file",
        );
        if let Some(answer) = &found.answer {
            finding = finding.seen(answer);
        }
        if let Some(fix) = escape::continued(context.source(), &found, "`") {
            finding.fix(fix);
        }
    }
}
