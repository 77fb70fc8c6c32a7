//! Double quotes that are gone when PowerShell reads the script.

use std::ops::Range;

use dockerfile::ast::{Form, Keyword, Kind};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::model::ShellOrigin;
use dockerfile::script::powershell::parse;
use dockerfile::script::{Call, Command, Dialect, Script, argv};
use dockerfile::source::Span;
use dockerfile::splice::Spliced;

use super::read::{Read, scripts};
use crate::{Context, Fixable, Group, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "powershell-quotes-stripped",
    group: Group::PowerShell,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    also: &[],
    page: include_str!("powershell_quotes_stripped.md"),
    check,
};

/// Commands that put their words together again with blanks.
const JOINERS: [&str; 8] =
    ["cmd", "echo", "powershell", "pwsh", "write-error", "write-host", "write-output", "write-warning"];

fn check(context: &Context, report: &mut Report) {
    for read in scripts(context) {
        let Some(line) = line(&read) else { continue };
        let lost = argv::loses_quotes(&line);
        // Where one has no partner, nobody can tell which belong together.
        if lost.is_empty() || lost.len() % 2 == 1 {
            continue;
        }
        let kept = parse(line.clone(), read.script.dialect, 0);
        for pair in lost.chunks_exact(2) {
            let span = Span::new(pair[0].start, pair[1].end);
            let Some(range) = line.range_of(span) else { continue };
            let inner = &line.text()[range.start + 1..range.end - 1];
            if !matters(&kept, &line, range.clone()) {
                continue;
            }
            let plain = is_plain(inner) && !is_in_single(line.text(), range.start);
            let (open, close) = (context.slice(pair[0]), context.slice(pair[1]));
            let finding = report
                .add(span, "these quotes are gone when PowerShell reads the script", help(plain))
                .seen(format!("PowerShell reads {}", shown(inner)));
            // A shell that the base image is said to have is less certain than one that stands in the file.
            let inherited =
                read.starter.is_none() && context.model().steps[read.step].state.shell.origin == ShellOrigin::Image;
            let finding = if inherited { finding.at_most(Severity::Warning) } else { finding };
            if open == "\"" && close == "\"" && (plain || !inner.ends_with('\\')) {
                let quote = if plain { "'" } else { "\\\"" };
                let edits = pair.iter().map(|span| Edit::replace(*span, quote)).collect();
                finding.fix(Fix::safe("quote it for PowerShell", edits));
            }
        }
    }
}

fn help(plain: bool) -> &'static str {
    if plain { "write single quotes" } else { "write \\\" for a quote that PowerShell shall see" }
}

/// A text that is short enough for a sentence.
fn shown(inner: &str) -> String {
    let end = inner.char_indices().nth(48).map(|(end, _)| end);
    end.map_or_else(|| inner.to_owned(), |end| format!("{}...", &inner[..end]))
}

/// The text that argument parsing takes the quotes from. Of a PowerShell that cmd starts, without the quotes around
/// the whole script, which are meant to go.
fn line(read: &Read) -> Option<Spliced> {
    if read.exec || !read.instruction.heredocs.is_empty() {
        return None;
    }
    let Some((outer, starter)) = read.starter else {
        let command = match &read.instruction.kind {
            Kind::Command(line) => line,
            Kind::Healthcheck { command: Some(line), .. } => line,
            _ => return None,
        };
        let Form::Shell(text) = &command.form else { return None };
        return (read.instruction.keyword != Some(Keyword::Shell)).then(|| text.clone());
    };
    if outer.dialect != Dialect::Cmd {
        return None;
    }
    let end = starter.words.last()?.span.end;
    let first = outer.text.position_of(read.script.text.whole().start)?;
    let last = outer.text.position_of(end)?;
    let is_opened = outer.text.text()[..first].ends_with('"') && !outer.text.text()[..first].ends_with("\\\"");
    let line = outer.text.slice(first - usize::from(is_opened)..last.max(first));
    if !is_opened {
        return Some(line);
    }
    let inner = line.text().strip_prefix('"')?.strip_suffix('"').map(str::len)?;
    // With no other quote inside, all is as it is meant.
    let lost = argv::loses_quotes(&line).len();
    (lost > 2).then(|| line.slice(1..1 + inner))
}

/// Whether the script means something else without the quotes.
fn matters(kept: &Script, line: &Spliced, range: Range<usize>) -> bool {
    let span = line.span(range.clone());
    let inner = &line.text()[range.start + 1..range.end - 1];
    let before = line.text()[..range.start].chars().next_back();
    // Quotes inside the quotes arrive, and are those that count.
    let is_quoted_again = inner.contains('"') || inner.len() > 1 && inner.starts_with('\'') && inner.ends_with('\'');
    let is_gap = !inner.is_empty() && inner.trim().is_empty();
    // `/name:""` gives a program the same argument as `/name:`.
    let is_gap = is_gap || inner.is_empty() && before == Some(':');
    if is_quoted_again || is_gap || before.is_some_and(|char| char.is_alphanumeric() || char == '\\') {
        return false;
    }
    let rest = without_references(inner);
    let breaks = rest.contains([' ', '\t', ';', '|', '&', '{', '}', '<', '>', '(', ')', '\'']) || begins_oddly(inner);
    if is_in_single(line.text(), range.start) {
        let opening = line.text()[..range.start].rfind('\'').map_or("", |at| &line.text()[at + 1..]);
        return rest.contains(' ') || opening.trim_start().starts_with(['{', '[', '<']);
    }
    let holds = |outer: Span| outer.start <= span.start && span.end <= outer.end;
    let commands = kept.own_commands();
    // The innermost command counts.
    let Some(command) = commands.iter().filter(|it| holds(it.span)).min_by_key(|it| it.span.len()) else {
        return false;
    };
    if command.expression.is_some() || !command.words.iter().any(|word| holds(word.span)) {
        // The name of a program is called without quotes; any other text is no value without them.
        let is_program = command.name.span.start == span.start && inner.contains(['\\', '/']);
        let is_value =
            rest.is_empty() && !inner.is_empty() || inner.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        return if is_program || command.call != Call::Plain { breaks } else { !is_value || inner.is_empty() };
    }
    let is_joined = is_joiner(command) && !rest.contains([';', '|', '&', '{', '}', '<', '>', '(', ')', '\'']);
    (breaks && !is_joined || inner.is_empty())
        && command.words.iter().any(|word| holds(word.span) && word.statements.is_empty())
}

fn is_joiner(command: &Command) -> bool {
    let name = command.name.text.to_ascii_lowercase();
    JOINERS.contains(&name.trim_end_matches(".exe"))
}

/// A text without its variables and sub-expressions, which are read without quotes too.
fn without_references(text: &str) -> String {
    let (mut out, mut depth, mut rest) = (String::new(), 0usize, text.chars().peekable());
    while let Some(char) = rest.next() {
        match (char, depth) {
            ('$', 0) if rest.peek().is_some_and(|next| matches!(next, '(' | '{')) => {
                rest.next();
                depth = 1;
            }
            ('$', 0) => while rest.next_if(|next| next.is_alphanumeric() || matches!(next, '_' | ':')).is_some() {},
            (_, 0) => out.push(char),
            ('(' | '{', _) => depth += 1,
            (')' | '}', _) => depth -= 1,
            _ => {}
        }
    }
    out
}

/// Whether a word that begins so is no text: a splat, a comment, a member of a variable, a sub-expression with text
/// behind it.
fn begins_oddly(text: &str) -> bool {
    let variable = text
        .strip_prefix('$')
        .map(|rest| rest.trim_start_matches(|char: char| char.is_alphanumeric() || matches!(char, '_' | ':')));
    text.starts_with(['@', '#'])
        || text.starts_with("$(") && !without_references(text).is_empty()
        || variable
            .is_some_and(|rest| rest.len() + 1 < text.len() && rest.starts_with(['.', '[']) && !rest[1..].is_empty())
}

/// Whether a place of a script stands in single quotes.
fn is_in_single(text: &str, at: usize) -> bool {
    let (mut single, mut double) = (false, false);
    for char in text[..at].chars() {
        match char {
            '\'' if !double => single = !single,
            '"' if !single => double = !double,
            _ => {}
        }
    }
    single
}

/// Whether single quotes mean the same.
fn is_plain(inner: &str) -> bool {
    !inner.contains(['$', '`', '\'', '"'])
}
