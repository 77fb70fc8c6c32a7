//! A stage with a name that means something else to the builder.

use dockerfile::ast::Kind;
use dockerfile::diagnostic::Severity;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "reserved-stage-name",
    group: Group::Stage,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["ReservedStageName"],
    page: include_str!("reserved_stage_name.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for instruction in context.instructions() {
        let Kind::From(from) = &instruction.kind else { continue };
        let Some(name) = &from.name else { continue };
        let meaning = match name.as_str().to_lowercase().as_str() {
            "scratch" => "the empty image",
            "context" => "the build context",
            _ => continue,
        };
        let message = format!("`{}` is the builder's name for {meaning}", name.as_str());
        report.add(name.span, message, "give the stage another name");
    }
}
