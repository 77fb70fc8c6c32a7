//! `&&` and `||` where Windows PowerShell reads the script.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::script::Dialect;
use dockerfile::script::{Separator, Statement};
use dockerfile::source::Span;

use super::read::{Read, scripts};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "chain-operator-in-powershell5",
    group: Group::PowerShell,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Script(&[Dialect::WindowsPowerShell]),
    also: &[],
    page: include_str!("chain_operator_in_powershell5.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for read in scripts(context).filter(Read::is_old) {
        let mut chained: Vec<&Statement> = read.part.statements().filter(|it| is_chain(it)).collect();
        chained.sort_by_key(|statement| statement.separator_span);
        // The script is refused as a whole, at the first of them.
        let Some(first) = chained.first() else { continue };
        let sign = context.slice(first.separator_span);
        let sign = if sign.is_empty() { "&&" } else { sign };
        let finding = report
            .add(
                first.separator_span,
                format!("`{sign}` does not exist in Windows PowerShell"),
                "write `;` and look at $? or $LASTEXITCODE, or use pwsh or cmd",
            )
            .seen(format!("The token '{sign}' is not a valid statement separator in this version."));
        if chained.iter().all(|statement| statement.separator == Separator::And) {
            let edits = chained.iter().map(|statement| instead(context, statement)).collect();
            finding.fix(Fix::suggested("stop after a failure", edits));
        }
    }
}

fn is_chain(statement: &Statement) -> bool {
    matches!(statement.separator, Separator::And | Separator::Or)
}

/// Puts the check in the place of `&&`, and takes the blanks before it along.
fn instead(context: &Context, statement: &Statement) -> Edit {
    let before = Span::new(statement.span.end.min(statement.separator_span.start), statement.separator_span.start);
    let is_blank = context.slice(before).chars().all(|char| char == ' ' || char == '\t');
    let start = if is_blank { before.start } else { before.end };
    Edit::replace(Span::new(start, statement.separator_span.end), "; if (-not $?) { exit 1 };")
}
