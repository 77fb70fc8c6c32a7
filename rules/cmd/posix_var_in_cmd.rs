//! `$NAME` and `${NAME}` in a command line of cmd, which knows only `%NAME%`.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::model::VariableKind;
use dockerfile::script::Dialect;
use dockerfile::script::{Command, Script, Word};
use dockerfile::source::Span;

use crate::ran::{self, Ran};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "posix-var-in-cmd",
    group: Group::Cmd,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Script(&[Dialect::Cmd]),
    also: &[],
    page: include_str!("posix_var_in_cmd.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for ran in ran::all(context) {
        for part in ran.by_cmd().filter(|part| part.lower().contains('$')) {
            for listed in part.commands() {
                for word in words(listed.command) {
                    references(context, &ran, (part.script(), word), report);
                }
            }
        }
    }
}

/// The words that cmd reads alone: of a command that starts another shell only the files of its redirections.
fn words(command: &Command) -> impl Iterator<Item = &Word> {
    let targets = command.redirections.iter().filter_map(|redirection| redirection.target.as_ref());
    let own = std::iter::once(&command.name).chain(&command.words);
    own.filter(|_| command.expression.is_none() && command.nested.is_none()).chain(targets)
}

fn references(context: &Context, ran: &Ran, place: (&Script, &Word), report: &mut Report) {
    let (script, word) = place;
    let Some(range) = script.text.range_of(word.span) else { return };
    let text = &script.text.text()[range.clone()];
    let mut at = 0;
    while let Some(found) = text[at..].find('$').map(|found| at + found) {
        at = found + 1;
        let Some((name, length)) = reference(&text[found..]) else { continue };
        let is_escaped = text[..found].ends_with(['^', '$']);
        let variable = context.model().variable(ran.step, name).filter(|variable| {
            // Arguments are gone when the container runs.
            ran.instruction.keyword == Some(Keyword::Run) || variable.kind == VariableKind::Env
        });
        if is_escaped || variable.is_none() {
            continue;
        }
        at = found + length;
        let span = script.text.span(range.start + found..range.start + at);
        add(context, (span, &text[found..at], name), report);
    }
}

fn add(context: &Context, found: (Span, &str, &str), report: &mut Report) {
    let (span, text, name) = found;
    let message = format!("cmd does not know `{text}`, and the builder leaves RUN to the shell");
    let finding = report.add(span, message, format!("write `%{name}%`")).seen(format!("the program gets `{text}`"));
    let is_bare = text.len() == name.len() + if text.starts_with("${") { 3 } else { 1 };
    if is_bare && context.slice(span) == text {
        finding.fix(Fix::safe("write it as cmd does", vec![Edit::replace(span, format!("%{name}%"))]));
    }
}

/// The name after a `$`, and the length of the whole.
fn reference(text: &str) -> Option<(&str, usize)> {
    let (rest, is_braced) = match text[1..].strip_prefix('{') {
        Some(rest) => (rest, true),
        None => (&text[1..], false),
    };
    let end = rest.find(|char: char| !char.is_ascii_alphanumeric() && char != '_').unwrap_or(rest.len());
    let name =
        Some(&rest[..end]).filter(|name| name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_'))?;
    if !is_braced {
        // `$env:NAME` is PowerShell's.
        return (!rest[end..].starts_with(':')).then_some((name, 1 + end));
    }
    let close = rest.find('}')?;
    Some((name, 2 + close + 1))
}
