//! A comment of wlint that names no rule.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::Date;

use super::comment::{Name, Tool};
use crate::{Context, Fixable, Group, Needs, Platform, RULES, Report, Rule, nearest};

pub(super) static RULE: Rule = Rule {
    id: "unknown-suppression",
    group: Group::Suppression,
    severity: Severity::Warning,
    fix: Fixable::Suggested,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("unknown_suppression.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for suppression in context.suppressions.iter().filter(|found| found.tool == Tool::Wlint) {
        if let Some(verb) = &suppression.unknown_verb {
            unknown_verb(verb, report);
        }
        if let Some(until) = suppression.until.as_ref().filter(|until| Date::parse(&until.text).is_none()) {
            let message = format!("`{}` is no day, so this comment ignores nothing", until.text);
            report.add(until.span, message, "write a day such as until=2027-01-31");
        }
        for name in &suppression.names {
            if !RULES.iter().any(|rule| Tool::Wlint.covers(&name.text, rule)) {
                unknown_name(name, report);
            }
        }
    }
}

fn unknown_verb(verb: &Name, report: &mut Report) {
    let help = "write `# wlint: ignore=RULE; reason` or `# wlint: ignore-file=RULE; reason`";
    match verb.text.as_str() {
        text if text.eq_ignore_ascii_case("ignore") || text.eq_ignore_ascii_case("ignore-file") => {
            report.add(verb.span, "this comment names no rule to ignore", help)
        }
        text => report.add(verb.span, format!("`{text}` is nothing that a comment can ask of wlint"), help),
    };
}

fn unknown_name(name: &Name, report: &mut Report) {
    let message = format!("there is no rule `{}`", name.text);
    let names = Group::ALL.iter().map(|group| group.name()).chain(RULES.iter().map(|rule| rule.id));
    match nearest(&name.text, names) {
        Some(near) => report
            .add(name.span, message, format!("write `{near}`"))
            .fix(Fix::suggested(format!("replace it by `{near}`"), vec![Edit::replace(name.span, near)])),
        None => report.add(name.span, message, "`wlint rules` lists the names of rules and groups"),
    };
}
