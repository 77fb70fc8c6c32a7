//! `msiexec` with a window that nobody can click.

use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::facts::installer_tech::Technology;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "msiexec-not-silent",
    group: Group::Installer,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Installer,
    also: &[],
    page: include_str!("msiexec_not_silent.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for (program, install) in super::arguments::loud(context) {
        if install.technology != Technology::Msi {
            continue;
        }
        let by_msiexec = program.program() == "msiexec";
        let (message, help) = if by_msiexec {
            ("msiexec opens a window here, and nobody can click in it", "add /qn /norestart")
        } else {
            ("a package that is opened as a document asks, and nobody can answer", "use msiexec /i FILE /qn /norestart")
        };
        let finding = report.add(program.name_span, message, help);
        let extra: &[&str] = if program.has("/norestart") { &["/qn"] } else { &["/qn", "/norestart"] };
        if by_msiexec && let Some(edits) = super::arguments::add(context, program, extra) {
            finding.fix(Fix::safe("install without a window", edits));
        }
    }
}
