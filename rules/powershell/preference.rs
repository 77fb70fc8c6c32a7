//! Preferences of PowerShell (`$ErrorActionPreference = 'Stop'`): where a script sets them, and where they can be
//! put.

use dockerfile::ast::{Form, Instruction, Keyword, Kind};
use dockerfile::diagnostic::Edit;
use dockerfile::model::ShellOrigin;
use dockerfile::script;

use super::read::{Read, targets};
use crate::Context;
use crate::listing::Part;

/// The value that a preference has before a place of a script, as it is written, in lower case.
pub(super) fn value(context: &Context, read: &Read, name: &str, place: u32) -> Option<String> {
    value_over(read, name, place, by_shell(context, read, name))
}

/// The value that the prologue of the shell gives to a preference, where the script is the shell's own.
pub(super) fn by_shell<'a>(context: &Context<'a>, read: &Read, name: &str) -> Option<&'a str> {
    let is_own = read.starter.is_none() && !read.exec;
    is_own.then(|| context.model().steps[read.step].state.shell.assigned(name))?
}

/// As [`value`], where it is known what the shell gives: to read its prologue for each command takes its time.
pub(super) fn value_over(read: &Read, name: &str, place: u32, by_shell: Option<&str>) -> Option<String> {
    let before = |part| assigned(part, name, place);
    let around = || {
        let (outer, _) = read.starter?;
        // A script block, and what a script of PowerShell starts, is in a process of its own; only blocks inherit.
        outer.script().dialect.is_powershell().then(|| before(outer))?
    };
    before(read.part).or_else(around).or(by_shell).map(str::to_ascii_lowercase)
}

/// What the last assignment before a place gives to a variable.
fn assigned<'a>(part: Part<'a>, name: &str, place: u32) -> Option<&'a str> {
    let mut statements = part.statements().filter(|statement| statement.span.end <= place).rev();
    statements.find_map(|statement| {
        let is_it = statement.assigned()?.variables.iter().any(|variable| variable.name.eq_ignore_ascii_case(name));
        is_it.then(|| part.script().value_of(statement))?
    })
}

/// Whether a script sets a preference anywhere, to whatever value.
pub(super) fn is_assigned(script: Part, name: &str) -> bool {
    let is_it = |it: &script::Variable| it.name.eq_ignore_ascii_case(name);
    targets(script).any(|word| word.variables.iter().any(is_it))
}

/// Sets a preference: in the `SHELL` instruction that the script is read by, else at the beginning of the script.
pub(super) fn set(context: &Context, read: &Read, text: &str) -> Option<Vec<Edit>> {
    if read.starter.is_none()
        && !read.exec
        && let ShellOrigin::Instruction(step) = context.model().steps[read.step].state.shell.origin
    {
        return in_shell(context, &context.instructions()[step], text);
    }
    let start = read.script.statements.first()?.span.start;
    let is_plain = read.starter.is_none_or(|(outer, _)| outer.script().dialect == script::Dialect::Cmd);
    // What PowerShell starts itself would put the variable in before the new process sees it.
    is_plain.then(|| vec![Edit::insert(start, format!("{text} "))])
}

/// Behind the other preferences of a `SHELL`, or as a word of its own behind `-Command`.
fn in_shell(context: &Context, shell: &Instruction, text: &str) -> Option<Vec<Edit>> {
    let shell = shell.innermost();
    let Kind::Command(line) = &shell.kind else { return None };
    let Form::Exec(words) = &line.form else { return None };
    let last = words.last().filter(|_| shell.keyword == Some(Keyword::Shell))?;
    let name = last.as_str().trim_start_matches(['-', '/']).to_ascii_lowercase();
    if last.as_str().starts_with(['-', '/']) {
        let is_command = !name.is_empty() && "command".starts_with(&name);
        let add = if is_command { format!(", \"{text}\"") } else { format!(", \"-Command\", \"{text}\"") };
        return Some(vec![Edit::insert(last.span.end, add)]);
    }
    if words.len() == 1 {
        return Some(vec![Edit::insert(last.span.end, format!(", \"-Command\", \"{text}\""))]);
    }
    let written = context.slice(last.span);
    let inner = written.strip_suffix('"')?.trim_end();
    let separator = if inner.ends_with(';') { " " } else { "; " };
    let at = last.span.start + inner.len() as u32;
    Some(vec![Edit::insert(at, format!("{separator}{text}"))])
}
