//! Visual Studio's bootstrapper without the switches that a build needs.

use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::effect::program::Starter;
use dockerfile::facts::installer_tech::Technology;
use dockerfile::model::Started;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "vs-buildtools-not-silent",
    group: Group::Installer,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Installer,
    also: &[],
    page: include_str!("vs_buildtools_not_silent.md"),
    check,
};

/// What is missing, and how bad that is.
const SWITCHES: [(&[&str], Severity); 4] = [
    (&["--quiet", "-q", "--passive", "-p"], Severity::Error),
    (&["--wait"], Severity::Error),
    (&["--norestart"], Severity::Warning),
    (&["--nocache"], Severity::Info),
];

fn check(context: &Context, report: &mut Report) {
    for (program, install) in super::arguments::installers(context) {
        if install.technology != Technology::VisualStudio || !program.visible || is_other(program) {
            continue;
        }
        let given = |names: &[&str]| program.arguments.iter().any(|it| names.contains(&it.text.as_str()));
        // Start-Process waits also for what the bootstrapper starts.
        let waits = program.starter == Starter::StartProcess && program.waits;
        let missing: Vec<_> = (SWITCHES.iter())
            .filter(|(names, _)| !(given(names) || waits && names.contains(&"--wait")))
            .map(|(names, severity)| (names[0], *severity))
            .collect();
        let Some(worst) = missing.iter().map(|(_, severity)| *severity).max() else { continue };
        let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
        let message = match names[0] {
            "--quiet" => "the installer opens a window, and nobody can click in it",
            "--wait" => "the bootstrapper returns before the installation ends",
            "--norestart" => "the installer may restart the container",
            _ => "the installer leaves its packages in the layer",
        };
        let finding = report.add(program.name_span, message, format!("add {}", names.join(" "))).at_most(worst);
        if let Some(edits) = super::arguments::add(context, program, &names) {
            finding.fix(Fix::safe("add what is missing", edits));
        }
    }
}

/// Whether it does something else than installing.
fn is_other(program: &Started) -> bool {
    let other = ["--layout", "--help", "-?", "-h", "export", "uninstall", "--clean", "--fix", "--verify"];
    program.arguments.iter().any(|it| other.iter().any(|other| it.text.eq_ignore_ascii_case(other)))
}
