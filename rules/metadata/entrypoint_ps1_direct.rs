//! An exec form that names a PowerShell script as the program.

use dockerfile::ast::{Form, Keyword};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::model::Stage;
use dockerfile::script::whole_command;

use super::start::starts;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "entrypoint-ps1-direct",
    group: Group::Metadata,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Cmd, Keyword::Entrypoint]),
    also: &[],
    page: include_str!("entrypoint_ps1_direct.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for start in starts(context).filter(|start| start.is_program) {
        let Form::Exec(words) = &start.line.form else { continue };
        let is_script = |text: &str| text.to_ascii_lowercase().ends_with(".ps1") && whole_command(text).is_none();
        let Some(first) = words.first().filter(|word| is_script(word.as_str())) else { continue };
        let name = start.instruction.keyword.map_or("", Keyword::name);
        let shell = powershell(start.stage);
        let finding = report
            .add(
                first.span,
                "a PowerShell script is no program that Windows could start",
                format!("write `{name} [\"{}\", \"-File\", ...]`", shell.unwrap_or("pwsh")),
            )
            .seen("%1 is not a valid Win32 application. (0xc1)");
        if let Some(shell) = shell {
            let before = format!("\"{shell}\", \"-NoProfile\", \"-ExecutionPolicy\", \"Bypass\", \"-File\", ");
            finding.fix(Fix::safe(format!("start it with {shell}"), vec![Edit::insert(first.span.start, before)]));
        }
    }
}

/// The PowerShell that the stage's image has.
fn powershell(stage: &Stage) -> Option<&'static str> {
    match stage.facts.as_ref().map(|facts| facts.powershell) {
        Some(has) if has.windows_powershell => Some("powershell"),
        Some(has) if has.pwsh => Some("pwsh"),
        Some(_) => None,
        None => Some("powershell"),
    }
}
