//! An escape directive that stands where directives no longer count.

use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::escape;
use dockerfile::model::Model;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "escape-directive-misplaced",
    group: Group::Escape,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("escape_directive_misplaced.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let built = &context.document.built;
    let directives = built.tree.directives.iter().filter(|directive| directive.name == "escape");
    if directives.clone().any(|directive| directive.counts) {
        return;
    }
    let other = |escape| escape != built.tree.escape;
    let Some(directive) = directives.clone().find(|directive| directive.escape().is_some_and(other)) else { return };
    let mut finding = report.add(
        directive.span,
        "this escape directive is only a comment: it stands after the first line that counts",
        "move it to the first line",
    );
    if !matters(context) {
        finding = finding.at_most(Severity::Warning);
    }
    if let Some(edits) = escape::to_backtick(context.document) {
        finding.fix(Fix::safe("move it to the first line", edits).alone());
    }
}

/// Whether the builder makes something else of the file than its author meant.
fn matters(context: &Context) -> bool {
    let built = &context.document.built;
    built.instructions.len() != context.instructions().len()
        || !escape::eaten(built, &Model::new(built, context.source())).is_empty()
}
