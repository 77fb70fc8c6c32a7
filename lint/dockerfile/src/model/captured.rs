//! Where PowerShell takes what programs write, and so waits for each.

use std::collections::BTreeSet;

use crate::script::{Statement, StatementKind};
use crate::source::Span;

/// The places of a script whose programs are waited for; `statements` are all of the script, in order of place.
pub(super) fn captured(statements: &[&Statement]) -> Vec<Span> {
    let mut spans = Vec::new();
    statements.iter().for_each(|statement| captures(statement, &mut spans));
    captured_functions(statements, &mut spans);
    spans
}

/// The parts of a statement whose output becomes a value or goes somewhere: what is assigned, conditions, sub-expressions,
/// what stands before a pipe or is redirected, with all that is inside.
fn captures(statement: &Statement, spans: &mut Vec<Span>) {
    match &statement.kind {
        StatementKind::Assignment { value, .. } => spans.extend(value.iter().map(|value| value.span)),
        StatementKind::Block { heads, .. } => spans.extend(heads.iter().map(|head| head.span)),
        StatementKind::Pipeline(commands) => {
            for (index, command) in commands.iter().enumerate() {
                if index + 1 < commands.len() || !command.redirections.is_empty() {
                    spans.push(command.span);
                }
                let words = std::iter::once(&command.name).chain(&command.words);
                let values = words.filter(|word| !word.statements.is_empty() && !word.raw.starts_with('{'));
                spans.extend(values.map(|word| word.span));
                let inside = command.expression.as_ref().map_or(&[][..], |expression| &expression.statements);
                spans.extend(inside.iter().map(|statement| statement.span));
            }
        }
    }
}

/// Adds the functions that are called where PowerShell takes the output.
fn captured_functions<'a>(statements: &[&'a Statement], spans: &mut Vec<Span>) {
    let mut functions: Vec<(String, &'a Statement)> = Vec::new();
    for &statement in statements {
        if let StatementKind::Block { keyword, bodies, .. } = &statement.kind
            && matches!(keyword.as_str(), "function" | "filter")
        {
            functions.extend(bodies.iter().map(|(name, _)| (name.to_ascii_lowercase(), statement)));
        }
    }
    // A function may be called by one that is captured: in deeper towers nobody looks.
    for _ in 0..3 {
        if functions.is_empty() {
            return;
        }
        let called = called_inside(statements, spans);
        let before = functions.len();
        functions.retain(|(name, statement)| {
            let is_captured = called.contains(name);
            if is_captured {
                spans.push(statement.span);
            }
            !is_captured
        });
        if functions.len() == before {
            return;
        }
    }
}

/// The names of the commands, in lower case, that stand in one of the spans.
fn called_inside(statements: &[&Statement], spans: &mut [Span]) -> BTreeSet<String> {
    spans.sort_unstable();
    let mut called = BTreeSet::new();
    let (mut next, mut end) = (0, 0);
    // Both are in order of place, and a span lies in another one or beside it.
    for statement in statements {
        let StatementKind::Pipeline(commands) = &statement.kind else { continue };
        for command in commands {
            while let Some(span) = spans.get(next).filter(|span| span.start <= command.span.start) {
                end = end.max(span.end);
                next += 1;
            }
            if command.span.end <= end {
                called.insert(command.name.text.to_ascii_lowercase());
            }
        }
    }
    called
}

#[cfg(test)]
mod tests {
    use crate::document::{Builder, Document};
    use crate::source::Source;

    #[test]
    fn powershell_waits_where_the_output_around_a_program_is_taken() {
        let waits = |line: &str| {
            let text = format!(
                "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\"]\nRUN {line}\n"
            );
            let document = Document::new(Source::new(text.into()), Builder::Any);
            let programs = document.model.started_programs(&document.reading().instructions);
            programs.iter().find(|program| program.name == "./setup.exe").unwrap().waits
        };
        for (line, expected) in [
            ("& { ./setup.exe /S } | Out-Null", true),
            ("& { ./setup.exe /S } > $null", true),
            (". { ./setup.exe /S } *> log", true),
            ("1..2 | % { ./setup.exe /S } | Out-Null", true),
            ("Invoke-Command { ./setup.exe /S } | Out-Null", true),
            ("function Inst { ./setup.exe /S }; Inst | Out-Null", true),
            ("function Inst { ./setup.exe /S }; $x = inst", true),
            ("function A { ./setup.exe /S }; function B { if ($x) { A } }; B | Out-Null", true),
            ("function Inst { ./setup.exe /S }; Inst", false),
            ("function Inst { ./setup.exe /S }; Inst; Other | Out-Null", false),
            ("& { ./setup.exe /S }; dir | Out-Null", false),
        ] {
            assert_eq!(waits(line), expected, "{line}");
        }
    }
}
