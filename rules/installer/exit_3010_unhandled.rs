//! Installers that end with 3010, success with a restart wanted, which fails the build.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::installer_tech::Technology;
use dockerfile::model::Started;
use dockerfile::script::{Dialect, Separator};

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exit-3010-unhandled",
    group: Group::Installer,
    severity: Severity::Warning,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Installer,
    also: &[],
    page: include_str!("exit_3010_unhandled.md"),
    check,
};

/// `%ERRORLEVEL%` is put in before the line runs; `if errorlevel` asks when its turn comes.
const HANDLED: &str = " || if errorlevel 3010 if not errorlevel 3011 exit 0";

fn check(context: &Context, report: &mut Report) {
    for (program, install) in super::arguments::installers(context) {
        // The test agent and its like bring nothing that wants a restart.
        let is_large = install.product.is_some_and(|product| product.id != "vs-ide")
            || !program.name.to_ascii_lowercase().contains("test");
        let wants = install.technology == Technology::VisualStudio && is_large && install.silent != Some(false);
        let counts = program.dialect == Dialect::Cmd && program.waits;
        if !wants || !counts || is_handled(context, program) {
            continue;
        }
        let finding = report
            .add(
                program.name_span,
                "3010 means success, restart wanted, and would fail the build here",
                "add `|| if errorlevel 3010 if not errorlevel 3011 exit 0`",
            )
            .seen("returned a non-zero code: 3010");
        let is_all = context.model().steps[program.step]
            .script
            .as_ref()
            .is_some_and(|run| !run.exec && run.script.dialect == Dialect::Cmd && run.script.statements.len() == 1);
        if is_all && program.statement == program.span {
            finding.fix(Fix::suggested("take 3010 for success", vec![Edit::insert(program.span.end, HANDLED)]));
        }
    }
}

/// Whether something looks at the exit code, or another command decides it.
fn is_handled(context: &Context, program: &Started) -> bool {
    let Some(run) = &context.model().steps[program.step].script else { return true };
    let text = run.script.text.text().to_ascii_lowercase();
    let looks = ["3010", "errorlevel", "||", "lastexitcode"].iter().any(|it| text.contains(it));
    looks || !matches!(program.separator, Separator::End | Separator::And)
}
