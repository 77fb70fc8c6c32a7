//! Two stages of one name.

use std::collections::HashMap;

use dockerfile::ast::Kind;
use dockerfile::diagnostic::Severity;
use dockerfile::document::Builder;
use dockerfile::model::Os;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "duplicate-stage-name",
    group: Group::Stage,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["DL3024", "DuplicateStageName"],
    page: include_str!("duplicate_stage_name.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let mut names = HashMap::new();
    for stage in &context.model().stages {
        let Kind::From(from) = &context.instructions()[stage.from].kind else { continue };
        let Some(name) = &from.name else { continue };
        let Some(first) = names.insert(name.as_str().to_lowercase(), name.span) else { continue };
        let message = format!("a stage before this one is called `{}`, too", name.as_str());
        let help = "give each stage a name of its own";
        let finding = report.add(name.span, message, help).label(first, "the name is taken here");
        // The classic builder refuses the second; BuildKit goes on with the one that stands nearest before.
        let refused = match context.settings.builder {
            Builder::Classic => true,
            Builder::BuildKit => false,
            Builder::Any => stage.os == Os::Windows,
        };
        if !refused {
            finding.at_most(Severity::Warning);
        }
    }
}
