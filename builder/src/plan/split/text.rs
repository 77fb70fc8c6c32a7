//! The text of a unit: the statements as they are written, behind what every unit repeats.

use std::ops::Range;

use dockerfile::script::{Dialect, Script, StatementKind, argv, powershell};
use dockerfile::source::Span;
use dockerfile::splice::Spliced;

use super::CutUnit;
use super::facts::Facts;
use super::names;

/// A unit as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::plan) struct UnitText {
    /// On one line, as the shell gets it.
    pub line: String,
    /// The places in the file that it is made of, in order: repeated statements, then its own as one piece.
    pub spans: Vec<Span>,
    /// Whether `exit 0` stands behind it: its last statement may fail without ending the script.
    pub forgives: bool,
}

/// The text of a unit, from the text of the whole `RUN`. None when its quotes go on in another one, so that it cannot
/// stand alone.
pub(in crate::plan) fn unit_text(raw: &Spliced, script: &Script, unit: &CutUnit, escape: char) -> Option<UnitText> {
    let statements = &script.statements;
    let Range { start, end } = unit.statements.clone();
    let own = statements.get(start)?.span.to(statements.get(end.checked_sub(1)?)?.span);
    let own_text = piece(raw, script, own)?;
    let mut line = String::new();
    let mut spans = Vec::new();
    for &index in &unit.repeats {
        let facts = Facts::of(script, &statements[index]);
        // A constant that neither this unit nor what it repeats uses is not repeated.
        let used = |name: &String| {
            let in_values = || {
                unit.repeats.iter().any(|&other| names::uses_variable(&value_of(script, statements[other].span), name))
            };
            names::is_preference(name) || names::uses_variable(&own_text, name) || in_values()
        };
        if !facts.assigns.is_empty() && !facts.assigns.iter().any(used) {
            continue;
        }
        line.push_str(&piece(raw, script, statements[index].span)?);
        line.push_str("; ");
        spans.push(statements[index].span);
    }
    line.push_str(&own_text);
    spans.push(own);
    let forgives = end < statements.len() && script.dialect.is_powershell() && !ends_well(script, end - 1);
    if forgives {
        line.push_str("; exit 0");
    } else if end < statements.len() {
        line.push_str(behind(&own_text, escape));
    }
    Some(UnitText { line, spans, forgives })
}

/// What stands behind the text of a unit whose last character would make the next instruction a part of it.
pub(in crate::plan) fn behind(text: &str, escape: char) -> &'static str {
    if text.ends_with(escape) { " ;" } else { "" }
}

fn value_of(script: &Script, span: Span) -> String {
    let text = script.text.range_of(span).map_or("", |range| &script.text.text()[range]);
    text.split_once('=').map_or(String::new(), |(_, value)| value.to_owned())
}

/// The text of a place of the file, joined, if it means the same alone.
fn piece(raw: &Spliced, script: &Script, span: Span) -> Option<String> {
    let range = raw.range_of(span)?;
    let text = raw.slice(range);
    if script.dialect == Dialect::Cmd {
        let even = text.text().matches('"').count().is_multiple_of(2);
        return even.then(|| text.text().to_owned());
    }
    let read = argv::unquote(&text);
    let meant = &script.text.text()[script.text.range_of(span)?];
    (read.text() == meant).then(|| text.text().to_owned())
}

/// Whether a statement has succeeded when the script goes on after it: one of PowerShell's own cmdlets, or an
/// assignment of what no program puts out.
fn ends_well(script: &Script, index: usize) -> bool {
    match &script.statements[index].kind {
        StatementKind::Pipeline(commands) => commands.iter().all(|command| {
            powershell::bind(command, script.dialect).is_some_and(|bound| bound.value("ErrorAction").is_none())
        }),
        StatementKind::Assignment { value, .. } => value.iter().all(|statement| match &statement.kind {
            StatementKind::Pipeline(commands) => commands.iter().all(|command| command.expression.is_some()),
            _ => false,
        }),
        StatementKind::Block { .. } => false,
    }
}
