//! A health check of PowerShell that says with `return` what only an exit code can say.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::cmdlets::is_cmdlet_name;
use dockerfile::script::{Command, Statement, StatementKind};

use super::read::scripts;
use crate::listing::Listed;
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
        collect(&read.script.statements, false, &mut returns);
        let Some(lost) = returns.iter().find(|it| it.code != 0 && !it.after_error) else { continue };
        // A program that has failed makes the exit code 1 as well, if nothing has succeeded since.
        if !read.part.commands().all(is_powershells) {
            continue;
        }
        // Right behind an error PowerShell ends with 1 now: so it has to stay.
        let counted = returns.iter().filter(|it| !it.after_error || it.code == 1);
        let edits = counted.map(|it| Edit::replace(it.command.name.span, "exit")).collect();
        report
            .add(
                lost.command.span,
                "`return` sets no exit code: here the container is healthy",
                format!("write `exit {}`: the engine looks at the exit code alone", lost.code),
            )
            .seen("exit code 0")
            .fix(Fix::safe("end with the exit code", edits));
    }
}

/// A `return` of a number.
struct Return<'a> {
    command: &'a Command,
    code: i64,
    /// Whether nothing has succeeded since the error that `catch` has caught: then PowerShell ends with 1 whatever is returned.
    after_error: bool,
}

/// Each `return` of a number; those of functions and of script blocks are for their callers, and `trap` ends otherwise.
fn collect<'a>(statements: &'a [Statement], caught: bool, returns: &mut Vec<Return<'a>>) {
    for (index, statement) in statements.iter().enumerate() {
        match &statement.kind {
            StatementKind::Pipeline(commands) => {
                let [command] = commands.as_slice() else { continue };
                let value = match command.words.as_slice() {
                    [word] if command.redirections.is_empty() => word.text.parse().ok(),
                    _ => None,
                };
                if let Some(code) = value.filter(|_| command.name.text.eq_ignore_ascii_case("return")) {
                    returns.push(Return { command, code, after_error: caught && index == 0 });
                }
            }
            StatementKind::Block { keyword, bodies, .. }
                if !matches!(keyword.as_str(), "function" | "filter" | "trap") =>
            {
                let is_first = caught && index == 0;
                bodies.iter().for_each(|(opens, body)| collect(body, opens == "catch" || is_first, returns));
            }
            _ => {}
        }
    }
}

/// Whether a command is a cmdlet, an expression or a word of the language, and so no program with an exit code.
fn is_powershells(listed: &Listed) -> bool {
    let name = &listed.command.name.text;
    let is_word = ["return", "exit", "throw", "break", "continue"].iter().any(|word| name.eq_ignore_ascii_case(word));
    is_word || listed.cmdlet.is_some() || listed.command.expression.is_some() || is_cmdlet_name(name)
}
