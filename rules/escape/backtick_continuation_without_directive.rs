//! Lines that go on with a backtick in a file that does not make it the escape character.

use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::escape;
use dockerfile::model::Os;
use dockerfile::syntax::reading::Reason;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "backtick-continuation-without-directive",
    group: Group::Escape,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("backtick_continuation_without_directive.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let document = context.document;
    let Some((reading, reason)) = &document.meant else { return };
    if document.built.tree.escape != '\\' || reading.tree.directives.iter().any(|directive| directive.name == "escape")
    {
        return;
    }
    let all = *reason == Reason::OtherEscape;
    let mut found = escape::other_continuations(document);
    if all {
        // One directive is missing, so there is one finding, in a stage where it counts.
        found.retain(|found| context.model().os(found.instruction) == Os::Windows);
        found.truncate(1);
    }
    for found in found {
        let mut finding = report.add(
            found.marks[0],
            "the instruction ends here: the backtick does not continue the line",
            if all { "put \"# escape=`\" on the first line" } else { "end the line with \\, as other lines here do" },
        );
        if let Some(answer) = &found.answer {
            finding = finding.seen(answer);
        }
        let fix = if all {
            escape::to_backtick(document)
                .map(|edits| Fix::safe("make the backtick the escape character", edits).alone())
        } else {
            escape::continued(context.source(), &found, "\\")
        };
        if let Some(fix) = fix {
            finding.fix(fix);
        }
    }
}
