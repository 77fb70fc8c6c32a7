//! `msiexec` called by name in PowerShell, which does not wait for window programs.

use dockerfile::diagnostic::{Fix, Severity};

use super::arguments::{is_left_behind, with_start_process};
use crate::letters::ends;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "msiexec-async-in-powershell",
    group: Group::Installer,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("msiexec_async_in_powershell.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for program in context.programs() {
        let is_msi = ends(&program.name, ".msi");
        if !is_left_behind(program) || program.program() != "msiexec" && !is_msi {
            continue;
        }
        let finding = report
            .add(
                program.name_span,
                "msiexec is not waited for in PowerShell: what follows runs at once",
                "use Start-Process msiexec -Wait -PassThru, and look at its ExitCode",
            )
            .seen("the build succeeds, and nothing is installed");
        if !is_msi && let Some(edit) = with_start_process(context, program, &[0, 3010]) {
            finding.fix(Fix::suggested("wait for it and look at its exit code", vec![edit]));
        }
    }
}
