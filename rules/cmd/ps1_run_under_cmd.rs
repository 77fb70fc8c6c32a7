//! A PowerShell script that cmd is to start by its name.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::Answer;
use dockerfile::facts::capability::{Capability, has};
use dockerfile::script::Dialect;
use dockerfile::script::cmd::launched;

use crate::ran::{self, Ran};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "ps1-run-under-cmd",
    group: Group::Cmd,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Script(&[Dialect::Cmd]),
    also: &[],
    page: include_str!("ps1_run_under_cmd.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for ran in ran::all(context) {
        for command in ran.by_cmd().flat_map(|part| part.commands()).map(|listed| listed.command) {
            let inner = launched(command);
            let name = inner.as_ref().map_or(&command.name, |inner| &inner.command.name);
            if command.expression.is_some() || !name.text.to_ascii_lowercase().ends_with(".ps1") {
                continue;
            }
            let shell = shell(&ran);
            let finding = report
                .add(
                    name.span,
                    "cmd cannot run a PowerShell script, and asks Explorer what to do with it",
                    format!("write `{} -File ...`", shell.unwrap_or("powershell")),
                )
                .seen(if ran.instruction.keyword == Some(Keyword::Run) {
                    "the step hangs, or ends with success and has done nothing"
                } else {
                    "the container hangs, or ends and has done nothing"
                });
            // Behind `start` and `call` the words mean other things.
            if let Some(shell) = shell.filter(|_| inner.is_none() && ran.is_plain(context, command)) {
                let before = format!("{shell} -NoProfile -ExecutionPolicy Bypass -File ");
                let edit = Edit::insert(name.span.start, before);
                finding.fix(Fix::safe(format!("run it with {shell}"), vec![edit]));
            }
        }
    }
}

/// The PowerShell that the image has.
fn shell(ran: &Ran) -> Option<&'static str> {
    let facts = ran.stage.facts.as_ref()?;
    let has = |capability| has(facts, capability) == Answer::Yes;
    match () {
        () if has(Capability::WindowsPowerShell) => Some("powershell"),
        () if has(Capability::Pwsh) => Some("pwsh"),
        () => None,
    }
}
