//! `RUN --security=insecure` and `RUN --device`, which BuildKit refuses on Windows.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::document::Builder;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

use super::flag;

pub(super) static RULE: Rule = Rule {
    id: "unsupported-run-flag",
    group: Group::Platform,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Flag(&["device", "security"]),
    also: &[],
    page: include_str!("unsupported_run_flag.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    // The classic builder refuses every flag of RUN.
    if context.document.builder == Builder::Classic {
        return;
    }
    for (_, instruction) in flag::instructions(context, &[Keyword::Run]) {
        for found in &instruction.flags {
            let value = found.value.as_ref().map_or("", |value| value.text());
            let (message, seen) = match found.name.as_str() {
                "security" if value == "insecure" => {
                    ("there is no insecure mode on Windows", "no support for running in insecure mode on Windows")
                }
                "device" => ("a RUN cannot use devices on Windows", "no support for CDI on Windows"),
                _ => continue,
            };
            report
                .add(found.span, message, format!("leave out --{}", found.name))
                .seen(seen)
                .fix(flag::leave_out(context, found));
        }
    }
}
