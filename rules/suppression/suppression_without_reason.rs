//! A comment of wlint that does not say why.

use dockerfile::diagnostic::Severity;

use super::comment::Tool;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "suppression-without-reason",
    group: Group::Suppression,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("suppression_without_reason.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    if !context.settings.policy.require_reason {
        return;
    }
    for suppression in context.suppressions.iter().filter(|found| found.tool == Tool::Wlint && !found.has_reason) {
        let names = suppression.names.iter().map(|name| name.span).reduce(|all, next| all.to(next));
        if let Some(span) = names {
            report.add(span, "this comment does not say why it ignores", "write the reason behind a semicolon");
        }
    }
}
