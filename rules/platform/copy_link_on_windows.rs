//! `COPY --link` and `ADD --link`, which need layers that are put together without the files below.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::document::Builder;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

use super::flag;

pub(super) static RULE: Rule = Rule {
    id: "copy-link-on-windows",
    group: Group::Platform,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Flag(&["link"]),
    also: &[],
    page: include_str!("copy_link_on_windows.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    // The classic builder reads the flag and makes an ordinary copy.
    if context.document.builder == Builder::Classic {
        return;
    }
    for (_, instruction) in flag::instructions(context, &[Keyword::Copy, Keyword::Add]) {
        let Some(link) = instruction.flag("link").filter(|link| flag::is_on(link)) else { continue };
        let finding = report
            .add(link.span, "no layer can be linked on Windows", "leave out --link: an ordinary copy works")
            .fix(flag::leave_out(context, link));
        // The classic builder makes an ordinary copy of it.
        if context.document.builder == Builder::Any {
            finding.at_most(Severity::Warning);
        }
    }
}
