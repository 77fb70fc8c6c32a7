//! A label that is not among those that the team uses.

use dockerfile::diagnostic::Severity;

use super::label::labels;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule, nearest};

pub(super) static RULE: Rule = Rule {
    id: "label-not-allowed",
    group: Group::Metadata,
    severity: Severity::Info,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["DL3050"],
    page: include_str!("label_not_allowed.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let policy = &context.settings.policy;
    if !policy.only_required_labels {
        return;
    }
    let known = || policy.required_labels.keys().map(String::as_str);
    for label in labels(context).iter().filter(|label| !known().any(|name| name == label.name)) {
        let message = format!("the label {} is none of the team's", label.name);
        let help = match nearest(&label.name, known()) {
            Some(near) => format!("write {near}, or remove it"),
            None => "remove it, or name it in `required-labels`".to_owned(),
        };
        report.add(label.name_span, message, help);
    }
}
