//! What double quotes mean to PowerShell: whether a script is another without them.

use std::ops::{Deref, Range};

use dockerfile::script::{Call, Command, Script};
use dockerfile::source::Span;
use dockerfile::splice::Spliced;

use crate::letters::ends;

/// Commands that put their words together again with blanks.
const JOINERS: [&str; 8] =
    ["cmd", "echo", "powershell", "pwsh", "write-error", "write-host", "write-output", "write-warning"];

/// Whether the script means something else without the quotes. `kept` is the script with them, if it comes to that.
pub(super) fn matters(kept: &impl Deref<Target = Script>, line: &Spliced, range: Range<usize>) -> bool {
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
    if is_meant_to_go(line.text(), &range) {
        return false;
    }
    // A backtick keeps the blank behind it together with what stands before it.
    let rest = without_quoted_folders(&without_references(inner)).replace("` ", "");
    let breaks = rest.contains([' ', '\t', ';', '|', '&', '{', '}', '<', '>', '(', ')', '\'']) || begins_oddly(inner);
    let is_single = is_in_single(line.text(), range.start);
    let opening = line.text()[..range.start].rfind('\'').map_or("", |at| &line.text()[at + 1..]);
    let may_matter = match is_single {
        true => rest.contains(' ') || opening.trim_start().starts_with(['{', '[', '<']),
        false => breaks || inner.is_empty() || !is_value(inner, &rest),
    };
    // Most pairs are settled without the script.
    if !may_matter {
        return false;
    }
    let holds = |outer: Span| outer.start <= span.start && span.end <= outer.end;
    let commands = kept.own_commands();
    // The innermost command counts.
    let command = commands.iter().filter(|it| holds(it.span)).min_by_key(|it| it.span.len());
    if is_single {
        return !command.is_some_and(|command| is_only_shown(command));
    }
    let Some(command) = command else { return false };
    if command.redirections.iter().filter_map(|it| it.target.as_ref()).any(|target| holds(target.span)) {
        return breaks || inner.is_empty();
    }
    if command.expression.is_some() || !command.words.iter().any(|word| holds(word.span)) {
        // The name of a program is called without quotes; any other text is no value without them.
        let is_program = command.name.span.start == span.start && inner.contains(['\\', '/']);
        return if is_program || command.call != Call::Plain {
            breaks
        } else {
            !is_value(inner, &rest) || inner.is_empty()
        };
    }
    let is_powershell = command.nested.as_ref().is_some_and(|nested| nested.dialect.is_powershell());
    let is_joined = is_joiner(command)
        && !rest.contains(['|', '&', '{', '}', '<', '>', '(', ')'])
        && if is_powershell { !is_grouped(&rest) } else { !rest.contains([';', '\'']) };
    (breaks && !is_joined || inner.is_empty())
        && command.words.iter().any(|word| holds(word.span) && word.statements.is_empty())
}

/// Whether a text is a value without its quotes too: a number, or nothing but references.
fn is_value(inner: &str, rest: &str) -> bool {
    rest.is_empty() && !inner.is_empty() || inner.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Whether the first statement of a script has blanks in single quotes, which do not last to a second PowerShell; all behind its
/// `;` is read by the first one then, and means the same.
fn is_grouped(script: &str) -> bool {
    let first = script.split(';').next().unwrap_or_default();
    first.split('\'').skip(1).step_by(2).any(|quoted| quoted.contains(' '))
}

/// Whether a script is PowerShell only when these quotes are gone, so that its author counts on it: they stand around all
/// of it, which would be a text and do nothing, or around the variable of a loop.
fn is_meant_to_go(line: &str, range: &Range<usize>) -> bool {
    let (before, inner, after) = (&line[..range.start], &line[range.start + 1..range.end - 1], &line[range.end..]);
    let is_program = [".exe", ".bat", ".cmd", ".ps1"].iter().any(|it| ends(inner, it));
    let is_all = before.trim().is_empty() && after.trim().is_empty();
    is_all && !is_program && inner.contains(' ') || has_quoted_loop(line)
}

/// Whether a `foreach` has its variable in double quotes, which PowerShell would refuse.
fn has_quoted_loop(line: &str) -> bool {
    line.match_indices("(\"$").any(|(at, _)| ends(line[..at].trim_end(), "foreach"))
}

/// Whether the quotes are those of what `throw` says.
pub(super) fn is_thrown(line: &str, at: usize) -> bool {
    ends(line[..at].trim_end_matches([' ', '(']), "throw")
}

/// Whether the quotes are those of a script for a second PowerShell: `powershell -Command "..."`.
pub(super) fn is_for_powershell(line: &str, at: usize) -> bool {
    let before = line[..at].trim_end();
    let mut words = before.rsplit([' ', '\t', ';', '|', '&', '{', '(']);
    let is_command = words.next().is_some_and(|word| ["-c", "-command"].iter().any(|it| word.eq_ignore_ascii_case(it)));
    let mut words = words.take_while(|word| word.starts_with('-') || !word.contains(['\'', '$']));
    let is_shell = |word: &str| {
        let name = word.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
        matches!(name.trim_end_matches(".exe"), "powershell" | "pwsh")
    };
    is_command && words.any(is_shell)
}

/// A path without its folders in single quotes, which keep their blanks when the double quotes are gone.
fn without_quoted_folders(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find('\'') {
        let Some(length) = rest[at + 1..].find('\'').filter(|_| rest[..at].ends_with(['\\', '/'])) else { break };
        out.push_str(&rest[..at]);
        rest = &rest[at + length + 2..];
    }
    out + rest
}

/// Whether what a command gets goes to the log of the build and nowhere else.
fn is_only_shown(command: &Command) -> bool {
    let name = command.name.text.to_ascii_lowercase();
    command.redirections.is_empty() && matches!(name.as_str(), "write-host" | "write-verbose" | "write-warning")
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
pub(super) fn is_in_single(text: &str, at: usize) -> bool {
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
pub(super) fn is_plain(inner: &str) -> bool {
    !inner.contains(['$', '`', '\'', '"'])
}
