//! A label that the team requires and the image does not get.

use dockerfile::diagnostic::Severity;

use super::label::labels;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "label-missing",
    group: Group::Metadata,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["DL3049"],
    page: include_str!("label_missing.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let required = &context.settings.policy.required_labels;
    let Some(stage) = context.model().final_stage().filter(|_| !required.is_empty()) else { return };
    let from = &context.instructions()[stage.from];
    let span = stage.image.as_ref().map_or(from.keyword_span, |image| image.span);
    let found = labels(context);
    let missing: Vec<&str> =
        required.keys().map(String::as_str).filter(|name| !found.iter().any(|label| label.name == *name)).collect();
    if let Some(first) = missing.first() {
        let message = format!("the image does not get the label{} {}", plural(&missing), missing.join(", "));
        report.add(span, message, format!("add `LABEL {first}=\"...\"` to the last stage"));
    }
}

fn plural(names: &[&str]) -> &'static str {
    if names.len() == 1 { "" } else { "s" }
}
