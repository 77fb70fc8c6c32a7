//! A stage whose name is not in lower case.

use dockerfile::ast::Kind;
use dockerfile::diagnostic::{Edit, Fix, Severity};

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "stage-name-casing",
    group: Group::Spelling,
    severity: Severity::Style,
    fix: Fixable::Safe,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["StageNameCasing"],
    page: include_str!("stage_name_casing.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for instruction in context.instructions() {
        let Kind::From(from) = &instruction.kind else { continue };
        let Some(name) = from.name.as_ref().filter(|_| from.extra.is_empty()) else { continue };
        let lower = name.as_str().to_lowercase();
        if lower == name.as_str() {
            continue;
        }
        let message = format!("the stage name `{}` is not in lower case", name.as_str());
        let finding = report.add(name.span, message, format!("write `{lower}`"));
        // Both builders keep the name in lower case and look names up in any, so nothing else has to change.
        finding.fix(Fix::safe("write the name in lower case", vec![Edit::replace(name.span, lower)]));
    }
}
