//! A comment of wlint that ignores nothing.

use dockerfile::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use dockerfile::source::Span;

use super::comment::{Suppression, Tool};
use crate::{Context, Fixable, Group, Needs, Platform, RULES, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "unused-suppression",
    group: Group::Suppression,
    severity: Severity::Warning,
    fix: Fixable::Safe,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("unused_suppression.md"),
    check: super::checked_at_the_end,
};

/// The names that ignored nothing, though their rules ran.
pub(super) fn find(context: &Context, suppressions: &[Suppression], used: &[Vec<bool>]) -> Vec<Diagnostic> {
    let index = RULES.iter().position(|rule| rule.id == RULE.id);
    let Some(severity) = index.and_then(|index| context.settings.severities.get(index).copied().flatten()) else {
        return Vec::new();
    };
    let mut report = Report::new();
    report.begin(&RULE, severity, context.settings.explicit.contains(RULE.id));
    let mut directives = context.tree().directives.iter();
    let asleep = directives.rfind(|directive| !directive.counts).map_or(0, |directive| directive.span.start);
    for (suppression, used) in suppressions.iter().zip(used) {
        if suppression.tool != Tool::Wlint {
            continue;
        }
        let judged = |name: &str| was_checked(context, name);
        let unused: Vec<usize> =
            (0..used.len()).filter(|&at| !used[at] && judged(&suppression.names[at].text)).collect();
        if !unused.is_empty() && unused.len() == used.len() {
            whole(context, suppression, asleep, &mut report);
        } else {
            for at in unused {
                one(suppression, at, &mut report);
            }
        }
    }
    report.end().0
}

/// Whether all rules behind a name ran. What ignores this rule itself cannot be judged by it.
fn was_checked(context: &Context, name: &str) -> bool {
    let rules = RULES.iter().zip(&context.settings.severities);
    let mut rules = rules.filter(|(rule, _)| Tool::Wlint.covers(name, rule)).peekable();
    rules.peek().is_some() && rules.all(|(rule, severity)| rule.group != Group::Suppression && severity.is_some())
}

/// `asleep` is where the last directive stands that does not count.
fn whole(context: &Context, suppression: &Suppression, asleep: u32, report: &mut Report) {
    let names: Vec<String> = suppression.names.iter().map(|name| format!("`{}`", name.text)).collect();
    let span = suppression.names.iter().map(|name| name.span).reduce(Span::to).unwrap_or(suppression.comment);
    let mut fix = Fix::safe("remove the comment", vec![Edit::delete(super::line(context, suppression.comment))]);
    // Without the comment, a directive below it could come to count.
    if asleep > span.start {
        fix.safety = Safety::Suggested;
    }
    report.add(span, format!("nothing to ignore for {}", names.join(", ")), "remove the comment").fix(fix);
}

fn one(suppression: &Suppression, at: usize, report: &mut Report) {
    let name = &suppression.names[at];
    // The name goes with the comma that parts it from its neighbour.
    let edit = match (suppression.names.get(at + 1), at.checked_sub(1)) {
        (Some(next), _) => Span::new(name.span.start, next.span.start),
        (None, Some(before)) => Span::new(suppression.names[before].span.end, name.span.end),
        (None, None) => name.span,
    };
    let message = format!("nothing to ignore for `{}`", name.text);
    report.add(name.span, message, "remove the name").fix(Fix::safe("remove the name", vec![Edit::delete(edit)]));
}
