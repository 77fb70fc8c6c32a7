//! Joining a domain while an image is built.

use dockerfile::diagnostic::Severity;
use dockerfile::effect::EffectKind;

use crate::{Context, Does, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "domain-join-in-image",
    group: Group::Metadata,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Effect(&[Does::DomainJoin]),
    also: &[],
    page: include_str!("domain_join_in_image.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for run in context.model().steps.iter().filter_map(|step| step.script.as_ref()) {
        for (_, effect) in run.effects() {
            if matches!(effect.kind, EffectKind::DomainJoin) {
                report.add(
                    effect.span,
                    "a Windows container cannot join a domain",
                    "let the container run with a group managed service account (gMSA)",
                );
            }
        }
    }
}
