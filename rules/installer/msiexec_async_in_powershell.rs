//! `msiexec` called by name in PowerShell, which does not wait for window programs.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::effect::program::Starter;
use dockerfile::model::Started;

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
        let by_name = program.dialect.is_powershell() && program.starter == Starter::Name;
        let lost = by_name && !program.waits && !program.awaited && program.keyword == Some(Keyword::Run);
        let is_msi = ends(&program.name, ".msi");
        if !lost || program.program() != "msiexec" && !is_msi {
            continue;
        }
        let finding = report
            .add(
                program.name_span,
                "msiexec is not waited for in PowerShell: what follows runs at once",
                "use Start-Process msiexec -Wait -PassThru, and look at its ExitCode",
            )
            .seen("the build succeeds, and nothing is installed");
        if !is_msi && let Some(edit) = started(context, program) {
            finding.fix(Fix::suggested("wait for it and look at its exit code", vec![edit]));
        }
    }
}

/// The command with `Start-Process`, where all arguments are plain text.
fn started(context: &Context, program: &Started) -> Option<Edit> {
    let script = &context.model().steps[program.step].script.as_ref()?.script;
    let is_statement = script.dialect.is_powershell() && program.statement == program.span && !program.fed;
    let plain = |text: &str| !text.is_empty() && !text.contains(['\'', '"', '$', '`', ' ', '(', '@', '\n', ',']);
    let on_one_line = !context.slice(program.span).contains('\n');
    if !is_statement || !on_one_line || !program.arguments.iter().all(|argument| plain(&argument.text)) {
        return None;
    }
    let list: Vec<String> = program.arguments.iter().map(|argument| format!("'{}'", argument.text)).collect();
    let text = format!(
        "$p = Start-Process msiexec -ArgumentList {} -Wait -PassThru; if ($p.ExitCode -notin 0,3010) {{ exit $p.ExitCode }}",
        list.join(",")
    );
    Some(Edit::replace(program.span, text))
}
