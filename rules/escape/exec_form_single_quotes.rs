//! A JSON array whose strings stand in single quotes.

use dockerfile::ast::{JsonFaultKind, Keyword};
use dockerfile::diagnostic::Severity;
use dockerfile::model::Os;

use super::array::{first_flaw, fix};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exec-form-single-quotes",
    group: Group::Escape,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Any,
    needs: Needs::Text(&["'"]),
    also: &[],
    page: include_str!("exec_form_single_quotes.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for array in context.arrays.iter().filter(|array| array.fault.is_some()) {
        // In Windows stages this is shell-not-json.
        let os = context.model().os(array.instruction.index);
        if array.keyword == Keyword::Shell && os == Os::Windows {
            continue;
        }
        let Some(intent) = array.intent() else { continue };
        let Some(flaw) = first_flaw(&intent).filter(|flaw| flaw.kind == JsonFaultKind::SingleQuote) else { continue };
        let name = array.keyword.name();
        let message = match array.keyword {
            Keyword::Shell => "single quotes make this no JSON array, and SHELL takes nothing else".into(),
            _ if array.is_command() => format!("single quotes make this {name} shell form, not exec form"),
            _ => format!("single quotes make this no JSON array: {name} takes the brackets as names"),
        };
        let help = "put the strings in double quotes: JSON has no others";
        let mut finding = report.add(flaw.span, message, help);
        if array.keyword != Keyword::Shell {
            finding = finding.seen(array.seen(context, &intent));
        }
        if let Some(fix) = fix("use double quotes", &intent) {
            finding.fix(fix);
        }
    }
}
