//! Downloads by BITS, which needs a user who is logged on.

use dockerfile::diagnostic::Severity;
use dockerfile::effect::{Downloader, EffectKind};
use dockerfile::facts::Answer;
use dockerfile::facts::capability::{self, Capability};

use crate::{Context, Does, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "bits-transfer-in-container",
    group: Group::Installer,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Effect(&[Does::Download]),
    also: &[],
    page: include_str!("bits_transfer_in_container.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for script in context.run_scripts() {
        let facts = context.model().stage_of(script.step).and_then(|stage| stage.facts);
        let unsure = facts.is_some_and(|facts| capability::has(&facts, Capability::Bits) == Answer::Unsure);
        for (_, effect) in script.run.effects() {
            if matches!(effect.kind, EffectKind::Download { tool: Downloader::Bits, .. }) {
                let finding = report
                    .add(
                        effect.span,
                        "BITS does not work in a container: nobody is logged on",
                        "use curl.exe -fsSLo FILE URL, or Invoke-WebRequest",
                    )
                    .seen("the user has not logged on to the network (0x800704DD)");
                if unsure {
                    finding.at_most(Severity::Warning);
                }
            }
        }
    }
}
