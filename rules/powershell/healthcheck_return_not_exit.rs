//! A health check of PowerShell that says with `return` what only an exit code can say.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::script::{Command, Statement, StatementKind};

use super::read::scripts;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule, needs};

pub(super) static RULE: Rule = Rule {
    id: "healthcheck-return-not-exit",
    group: Group::PowerShell,
    severity: Severity::Warning,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::All(&[Needs::Instruction(&[Keyword::Healthcheck]), needs::POWERSHELL]),
    also: &[],
    page: include_str!("healthcheck_return_not_exit.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for read in scripts(context).filter(|read| read.instruction.keyword == Some(Keyword::Healthcheck)) {
        let mut returns = Vec::new();
        collect(&read.script.statements, &mut returns);
        let Some(&(failure, code)) = returns.iter().find(|(_, code)| *code != 0) else { continue };
        let edits = returns.iter().map(|(command, _)| Edit::replace(command.name.span, "exit")).collect();
        report
            .add(
                failure.span,
                "`return` sets no exit code: this health check never fails",
                format!("write `exit {code}`: the engine looks at the exit code alone"),
            )
            .seen("exit code 0, the container is healthy")
            .fix(Fix::safe("end with the exit code", edits));
    }
}

/// Each `return` of a number, with the number; those of functions and of script blocks are for their callers.
fn collect<'a>(statements: &'a [Statement], returns: &mut Vec<(&'a Command, i64)>) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Pipeline(commands) => {
                let [command] = commands.as_slice() else { continue };
                let value = command.words.first().and_then(|word| word.text.parse().ok());
                if let Some(code) = value.filter(|_| command.name.text.eq_ignore_ascii_case("return")) {
                    returns.push((command, code));
                }
            }
            StatementKind::Block { keyword, bodies, .. } if keyword != "function" && keyword != "filter" => {
                bodies.iter().for_each(|(_, body)| collect(body, returns));
            }
            _ => {}
        }
    }
}
