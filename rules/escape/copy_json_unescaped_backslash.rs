//! Paths with lone backslashes in the JSON form of `COPY`, `ADD` and `VOLUME`.

use dockerfile::ast::JsonFaultKind;
use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;

use super::array::{first_flaw, fix, meaning};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "copy-json-unescaped-backslash",
    group: Group::Escape,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Add, Keyword::Copy, Keyword::Volume]),
    also: &[],
    page: include_str!("copy_json_unescaped_backslash.md"),
    check,
};

const HELP: &str = "write the paths with `/`: no reader of the file changes it";

fn check(context: &Context, report: &mut Report) {
    for array in context.arrays.iter().filter(|array| !array.is_command() && array.text.text().contains('\\')) {
        let name = array.keyword.name();
        let broken = format!("unescaped `\\` makes this no JSON array: {name} takes the brackets as names");
        let Some(intent) = array.intent() else {
            let is_string = array.text.text()[1..].trim_start().starts_with('"');
            if let Some(fault) = array.fault.filter(|fault| fault.kind == JsonFaultKind::BadEscape && is_string) {
                report.add(fault.span, broken, HELP);
            }
            continue;
        };
        let Some(flaw) = first_flaw(&intent).filter(|flaw| flaw.kind == JsonFaultKind::BadEscape) else { continue };
        let message = if array.fault.is_some() {
            broken
        } else {
            let escaped = context.source().text()[intent.flaws[0].span.end as usize..].chars().next().unwrap_or('\\');
            format!("JSON reads `\\{escaped}` in this path as {}", meaning(escaped))
        };
        let finding = report.add(flaw.inner, message, HELP).seen(array.seen(context, &intent));
        if let Some(fix) = fix("write the paths with slashes", &intent) {
            finding.fix(fix);
        }
    }
}
