//! Features that ask whether to restart, and nobody answers.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::source::Span;

use crate::listing::Listed;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "feature-restart-prompt",
    group: Group::Installer,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Any(&[
        Needs::Cmdlet(&["Disable-WindowsOptionalFeature", "Enable-WindowsOptionalFeature"]),
        Needs::Program(&["dism"]),
    ]),
    also: &[],
    page: include_str!("feature_restart_prompt.md"),
    check,
};

/// Parts of the names of features that want a restart whenever they are switched on or off.
const RESTARTING: &[&str] = &[
    "containers",
    "defender",
    "hyper-v",
    "hypervisorplatform",
    "smb1protocol",
    "subsystem-linux",
    "virtualmachineplatform",
];

fn check(context: &Context, report: &mut Report) {
    for script in context.run_scripts() {
        for listed @ Listed { command, .. } in &script.commands {
            let changes = ["Enable-WindowsOptionalFeature", "Disable-WindowsOptionalFeature"];
            let Some(bound) = changes.iter().find_map(|name| listed.bound_to(name)) else { continue };
            if !bound.has("Online") || bound.has("NoRestart") || bound.splatted {
                continue;
            }
            let end = command.words.iter().map(|word| word.span.end).max().unwrap_or(command.name.span.end);
            let end = context.behind(Span::new(command.span.start, end));
            let finding = report
                .add(
                    command.name.span,
                    "this asks whether to restart as soon as a feature wants it",
                    "add -NoRestart; a container cannot restart while it is built",
                )
                .seen("Do you want to restart the computer to complete this operation now? [Y] Yes  [N] No")
                .fix(Fix::safe("do not ask", vec![Edit::insert(end, " -NoRestart")]));
            // Most features of the server are there without a restart.
            let names = bound.text("FeatureName").unwrap_or_default().to_ascii_lowercase();
            if !RESTARTING.iter().any(|feature| names.contains(feature)) {
                finding.at_most(Severity::Warning);
            }
        }
    }
    for program in context.programs() {
        let changes = ["/enable-feature", "/disable-feature"];
        let is_dism = program.program() == "dism" && program.has("/online") && program.visible;
        if !is_dism || !changes.iter().any(|verb| program.has(verb)) || program.has("/norestart") {
            continue;
        }
        let finding = report
            .add(
                program.name_span,
                "DISM restarts or asks as soon as a feature wants it",
                "add /NoRestart; a container cannot restart while it is built",
            )
            .at_most(Severity::Warning);
        if let Some(edits) = super::arguments::add(context, program, &["/NoRestart"]) {
            finding.fix(Fix::safe("do not restart", edits));
        }
    }
}
