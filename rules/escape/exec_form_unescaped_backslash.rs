//! An exec form that is no JSON because of a lone backslash.

use dockerfile::ast::{JsonFaultKind, Keyword};
use dockerfile::diagnostic::Severity;

use super::array::{first_flaw, fix};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exec-form-unescaped-backslash",
    group: Group::Escape,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("exec_form_unescaped_backslash.md"),
    check,
};

const HELP: &str = "write `\\\\` for each backslash: in JSON it escapes, whatever the escape directive says";

fn check(context: &Context, report: &mut Report) {
    for array in context.arrays {
        // A SHELL that is no JSON stops the build; that is shell-not-json.
        let Some(fault) = array.fault.filter(|_| array.is_command() && array.keyword != Keyword::Shell) else {
            continue;
        };
        let message = format!("unescaped `\\` makes this {} shell form, not exec form", array.keyword.name());
        let Some(intent) = array.intent() else {
            let is_string = array.text.text()[1..].trim_start().starts_with('"');
            if fault.kind == JsonFaultKind::BadEscape && is_string {
                report.add(fault.span, message, HELP);
            }
            continue;
        };
        let Some(flaw) = first_flaw(&intent).filter(|flaw| flaw.kind == JsonFaultKind::BadEscape) else { continue };
        let finding = report.add(flaw.inner, message, HELP).seen(array.seen(context, &intent));
        if let Some(fix) = fix("double the backslashes", &intent) {
            finding.fix(fix);
        }
    }
}
