//! A comment of wlint whose day has passed.

use dockerfile::diagnostic::Severity;
use dockerfile::facts::Date;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "expired-suppression",
    group: Group::Suppression,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("expired_suppression.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let today = context.settings.today;
    for suppression in context.suppressions.iter().filter(|suppression| suppression.is_over(today)) {
        let Some(until) = &suppression.until else { continue };
        if Date::parse(&until.text).is_some() {
            let message = format!("this comment ignores nothing since {}", until.text);
            report.add(until.span, message, "mend what it ignored, or set a later day");
        }
    }
}
