//! `FROM` and `as` in two letter cases.

use dockerfile::ast::Kind;
use dockerfile::diagnostic::{Edit, Fix, Severity};

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "from-as-casing",
    group: Group::Spelling,
    severity: Severity::Style,
    fix: Fixable::Safe,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["FromAsCasing"],
    page: include_str!("from_as_casing.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for instruction in context.instructions() {
        let Kind::From(from) = &instruction.kind else { continue };
        let Some(word) = &from.as_word else { continue };
        // `From` is for the rule about instructions.
        let wanted = match context.slice(instruction.keyword_span) {
            "FROM" => "AS",
            "from" => "as",
            _ => continue,
        };
        if word.as_str() == wanted {
            continue;
        }
        let keyword = context.slice(instruction.keyword_span);
        let message = format!("`{}` is not in the letter case of `{keyword}`", word.as_str());
        let finding = report.add(word.span, message, format!("write `{wanted}`"));
        if context.slice(word.span) == word.as_str() {
            finding.fix(Fix::safe(format!("write `{wanted}`"), vec![Edit::replace(word.span, wanted)]));
        }
    }
}
