//! `Start-Process -Wait` whose exit code nobody looks at.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::effect::program::Starter;
use dockerfile::facts::installer_tech;
use dockerfile::model::Started;

use super::arguments::uses_p;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "start-process-exit-code-ignored",
    group: Group::Installer,
    severity: Severity::Warning,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Cmdlet(&["Start-Process"]),
    also: &[],
    page: include_str!("start_process_exit_code_ignored.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for program in context.programs() {
        let waits = program.starter == Starter::StartProcess && program.waits;
        if program.keyword != Some(Keyword::Run) || !waits || program.passes_on && is_looked_at(context, program) {
            continue;
        }
        let finding = report.add(
            program.verb_span,
            "nobody looks at the exit code: a program that fails goes unnoticed",
            "add -PassThru and look at ExitCode: if ($p.ExitCode) { exit $p.ExitCode }",
        );
        if let Some(edits) = look(context, program) {
            finding.fix(Fix::suggested("look at the exit code", edits));
        }
    }
}

/// Whether the script speaks of an exit code that is not `$LASTEXITCODE`, which `Start-Process` does not set.
fn is_looked_at(context: &Context, program: &Started) -> bool {
    let Some(run) = &context.model().steps[program.step].script else { return false };
    let text = run.script.text.text().to_ascii_lowercase();
    text.match_indices("exitcode").any(|(at, _)| !text[..at].ends_with("last"))
}

fn look(context: &Context, program: &Started) -> Option<Vec<Edit>> {
    let run = context.model().steps[program.step].script.as_ref()?;
    let is_statement = program.statement == program.span && !program.fed && !program.passes_on;
    let text = run.script.text.text().to_ascii_lowercase();
    if !is_statement || uses_p(&text) || run.exec || !run.script.dialect.is_powershell() {
        return None;
    }
    let success = program.install.as_ref().map_or(&[0][..], |install| {
        install.product.map_or(installer_tech::facts(install.technology).success, |product| product.success)
    });
    let check = if success.len() < 2 {
        "if ($p.ExitCode) { exit $p.ExitCode }".to_owned()
    } else {
        let codes: Vec<String> = success.iter().map(ToString::to_string).collect();
        format!("if ($p.ExitCode -notin {}) {{ exit $p.ExitCode }}", codes.join(","))
    };
    let after = format!(" -PassThru; {check}");
    Some(vec![Edit::insert(program.span.start, "$p = "), Edit::insert(context.behind(program.span), after)])
}
