//! Installers made with Inno Setup that open their wizard.

use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::facts::installer_tech::Technology;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "innosetup-not-silent",
    group: Group::Installer,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Installer,
    also: &[],
    page: include_str!("innosetup_not_silent.md"),
    check,
};

const SILENT: [&str; 4] = ["/VERYSILENT", "/SUPPRESSMSGBOXES", "/NORESTART", "/SP-"];

fn check(context: &Context, report: &mut Report) {
    for (program, install) in super::arguments::loud(context) {
        if install.technology != Technology::Inno {
            continue;
        }
        let finding = report.add(
            program.name_span,
            "this installer opens its wizard, and nobody can click through it",
            format!("it is made with Inno Setup: add {}", SILENT.join(" ")),
        );
        let missing: Vec<&str> = SILENT.into_iter().filter(|switch| !program.has(switch)).collect();
        if let Some(edits) = super::arguments::add(context, program, &missing) {
            finding.fix(Fix::suggested("install silently", edits));
        }
    }
}
