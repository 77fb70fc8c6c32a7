//! robocopy as the command that decides how a `RUN` ends: it says success with 1 to 7.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::script::{Command, Dialect, Separator, Statement, StatementKind};

use crate::ran::{self, Ran, stem};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "robocopy-exit-code-unhandled",
    group: Group::Cmd,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Command(&["robocopy"]),
    also: &[],
    page: include_str!("robocopy_exit_code_unhandled.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for ran in ran::all(context).filter(|ran| ran.is_run() && ran.is_certain()) {
        let mut found = Vec::new();
        list(&ran.run.script.statements, ran.run.script.dialect, &mut found);
        for (dialect, command) in found {
            let finding = report
                .add(
                    command.name.span,
                    "robocopy ends with 1 to 7 when all is well, and the RUN fails",
                    "look at the exit code: only 8 and more are failures",
                )
                .seen("returned a non-zero code: 1");
            if let Some(fix) = handled(context, &ran, dialect, command) {
                finding.fix(fix);
            }
        }
    }
}

/// The calls of robocopy whose exit code a script ends with, or that keep it from going on.
fn list<'a>(statements: &'a [Statement], dialect: Dialect, found: &mut Vec<(Dialect, &'a Command)>) {
    for (index, statement) in statements.iter().enumerate() {
        let is_last = index + 1 == statements.len();
        let decides = match statement.separator {
            Separator::And => true,
            Separator::End => is_last,
            Separator::Always => is_last,
            Separator::Or | Separator::Background => false,
        };
        if !decides {
            continue;
        }
        match &statement.kind {
            StatementKind::Pipeline(commands) => {
                // Behind a pipe another program decides, and in PowerShell nobody is sure.
                let Some(command) = commands.last().filter(|_| commands.len() == 1) else { continue };
                if stem(&command.name.text) == "robocopy" && command.expression.is_none() && copies(command) {
                    found.push((dialect, command));
                } else if let Some(nested) = &command.nested {
                    list(&nested.statements, nested.dialect, found);
                }
            }
            // What a condition runs is seldom the whole step.
            StatementKind::Block { keyword, bodies, .. } if keyword == "(" => {
                bodies.iter().for_each(|(_, body)| list(body, dialect, found));
            }
            _ => {}
        }
    }
}

/// Whether it copies at all; `/?` and `/L` do not.
fn copies(command: &Command) -> bool {
    !command.words.iter().any(|word| matches!(word.text.to_ascii_lowercase().as_str(), "/?" | "/l"))
}

/// The check behind a robocopy that nothing follows and nothing but PowerShell statements precede.
fn handled(context: &Context, ran: &Ran, dialect: Dialect, command: &Command) -> Option<Fix> {
    let statements = &ran.run.script.statements;
    let last = statements.last()?;
    let own = !ran.run.exec
        && ran.outer.keyword == Some(Keyword::Run)
        && last.span == command.span
        && ran.is_plain(context, command);
    let text = match dialect {
        // With `&&` before it, the check would hide the failure of what comes before.
        Dialect::Cmd if statements.len() == 1 => " & if errorlevel 8 (exit 1) else (exit 0)",
        Dialect::WindowsPowerShell | Dialect::PowerShell => "; if ($LASTEXITCODE -ge 8) { exit 1 } else { exit 0 }",
        _ => return None,
    };
    own.then(|| Fix::suggested("look at the exit code", vec![Edit::insert(command.span.end, text)]))
}
