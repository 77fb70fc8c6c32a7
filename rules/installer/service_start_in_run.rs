//! Services that a `RUN` starts last: they end with it.

use dockerfile::diagnostic::Severity;
use dockerfile::effect::EffectKind;

use crate::{Context, Does, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "service-start-in-run",
    group: Group::Installer,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Effect(&[Does::StartService]),
    also: &[],
    page: include_str!("service_start_in_run.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for script in context.run_scripts() {
        // A service that later commands of the same RUN use is started for them.
        let tail = script.run.tail(&is_idle);
        for (_, effect) in tail.statements.iter().flat_map(|last| last.effects) {
            if let EffectKind::StartService { name } = &effect.kind {
                report.add(
                    effect.span,
                    format!("{name} runs only until this RUN ends"),
                    "set its start type (sc config NAME start= auto), and start it in ENTRYPOINT",
                );
            }
        }
    }
}

fn is_idle(kind: &EffectKind) -> bool {
    matches!(kind, EffectKind::StartService { .. } | EffectKind::Sleep | EffectKind::Print)
}
