//! An escape directive with a character that is no escape character.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::escape;
use dockerfile::syntax::ProblemKind;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "escape-directive-invalid",
    group: Group::Escape,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("escape_directive_invalid.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let document = context.document;
    for directive in &document.built.tree.directives {
        if !directive.counts || directive.name != "escape" || directive.escape().is_some() {
            continue;
        }
        let finding = report
            .add(
                directive.value_span,
                format!("{} cannot be the escape character", directive.value),
                "write a backtick: # escape=`",
            )
            .seen(ProblemKind::InvalidEscape(directive.value.clone()).message());
        let backslash = vec![Edit::replace(directive.value_span, "\\")];
        if !directive.value.contains('\\') {
            if let Some(edits) = escape::to_backtick(document) {
                finding.fix(Fix::safe("write a backtick", edits).alone());
            }
        } else if escape::says_the_same(document, &backslash) {
            finding.fix(Fix::safe("write a backslash", backslash));
        }
    }
}
