//! Draws scripts as short texts, so that tests of the readers can be tables.

use super::{Command, Script, Separator, Statement, StatementKind, Word};
use crate::source::Span;

/// Statements with their separators; words in `[]`; redirections as `{operator target}`; nested scripts in `<>`.
pub(super) fn sketch(script: &Script) -> String {
    list(&script.statements)
}

fn list(statements: &[Statement]) -> String {
    let mut out = String::new();
    for (index, statement) in statements.iter().enumerate() {
        out.push_str(&one(statement));
        let sign = match statement.separator {
            Separator::End => "",
            Separator::Always => " ;",
            Separator::And => " &&",
            Separator::Or => " ||",
            Separator::Background => " &",
        };
        out.push_str(sign);
        if index + 1 < statements.len() {
            out.push(' ');
        }
    }
    out
}

fn one(statement: &Statement) -> String {
    match &statement.kind {
        StatementKind::Pipeline(commands) => commands.iter().map(command).collect::<Vec<_>>().join(" | "),
        StatementKind::Assignment { target, operator, value } => {
            format!("{}{operator}{}", target.text, list(value))
        }
        StatementKind::Block { keyword, heads, bodies } => {
            let bodies: String =
                bodies.iter().map(|(keyword, body)| format!(" {keyword} {{{}}}", list(body))).collect();
            format!("{keyword}({}){bodies}", list(heads))
        }
    }
}

fn command(command: &Command) -> String {
    let mut out = word(&command.name);
    for it in &command.words {
        out.push_str(&format!("[{}]", word(it)));
    }
    for redirection in &command.redirections {
        let target = redirection.target.as_ref().map(|target| format!(" {}", target.text)).unwrap_or_default();
        out.push_str(&format!("{{{}{target}}}", redirection.operator));
    }
    if let Some(expression) = &command.expression {
        out.push_str(&format!("={}", list(&expression.statements)));
    }
    if let Some(nested) = &command.nested {
        let inner = if nested.statements.is_empty() { nested.text.text().to_owned() } else { list(&nested.statements) };
        out.push_str(&format!("<{inner}>"));
    }
    out
}

fn word(word: &Word) -> String {
    let inner = if word.statements.is_empty() { String::new() } else { format!("$<{}>", list(&word.statements)) };
    format!("{}{inner}", word.text)
}

/// Checks that every span of the script lies in `source`, on character boundaries.
pub(super) fn check_spans(script: &Script, source: &str) {
    let check = |span: Span| assert!(source.get(span.range()).is_some(), "{span:?} in {source:?}");
    script.faults.iter().for_each(|fault| check(fault.span));
    script.comments.iter().for_each(|&span| check(span));
    for (_, statement) in script.all_statements() {
        check(statement.span);
        check(statement.separator_span);
    }
    for (_, command) in script.commands() {
        check(command.span);
        let targets = command.redirections.iter().filter_map(|redirection| redirection.target.as_ref());
        for word in command.words.iter().chain([&command.name]).chain(targets) {
            check(word.span);
            word.variables.iter().for_each(|variable| check(variable.span));
        }
        command.redirections.iter().for_each(|redirection| check(redirection.span));
        if let Some(nested) = &command.nested {
            check_spans(nested, source);
        }
    }
}
