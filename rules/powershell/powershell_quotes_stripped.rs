//! Double quotes that are gone when PowerShell reads the script.

use std::cell::LazyCell;
use std::ops::Deref;

use dockerfile::ast::{Form, Keyword, Kind};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::model::ShellOrigin;
use dockerfile::script::powershell::parse;
use dockerfile::script::{Dialect, Script, Statement, argv};
use dockerfile::source::Span;
use dockerfile::splice::Spliced;

use super::preference;
use super::quotes::{is_for_powershell, is_in_single, is_plain, is_thrown, matters};
use super::read::{Read, scripts};
use crate::{Context, Fixable, Group, Platform, Report, Rule, needs};

pub(super) static RULE: Rule = Rule {
    id: "powershell-quotes-stripped",
    group: Group::PowerShell,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: needs::POWERSHELL,
    also: &[],
    page: include_str!("powershell_quotes_stripped.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for read in scripts(context) {
        let Some(line) = line(&read) else { continue };
        let lost = argv::loses_quotes(&line);
        // Where one has no partner, nobody can tell which belong together.
        let (pairs, []) = lost.as_chunks::<2>() else { continue };
        let statement = |pair: &[Span; 2]| statement(&read, line.whole(), pairs, pair);
        for alike in pairs.chunk_by(|one, next| statement(one) == statement(next)) {
            let text = || line.range_of(statement(&alike[0])).map_or_else(|| line.clone(), |range| line.slice(range));
            let kept = LazyCell::new(|| parse(text(), read.script.dialect, 0));
            for pair in alike {
                look_at(context, &read, pair, (&line, &kept), report);
            }
        }
    }
}

/// The stretch of a script that is to be read again with its quotes: the statement around two of them, where the place at which
/// it ends is not itself in quotes.
fn statement(read: &Read, whole: Span, pairs: &[[Span; 2]], [open, close]: &[Span; 2]) -> Span {
    let statements = &read.script.statements;
    let end = |statement: &Statement| statement.separator_span.end;
    let (before, rest) = statements.split_at(statements.partition_point(|statement| end(statement) <= open.start));
    let start = before.last().map_or(whole.start, end);
    let end = rest.iter().map(end).find(|end| *end >= close.end).unwrap_or(whole.end);
    let is_quoted = |place: u32| {
        let pair = pairs.get(pairs.partition_point(|[_, close]| close.end <= place));
        pair.is_some_and(|[open, _]| open.start < place)
    };
    if is_quoted(start) || is_quoted(end) { whole } else { Span::new(start, end) }
}

/// Looks at what two quotes enclose. `kept` is the script around them as it is with quotes.
fn look_at(
    context: &Context,
    read: &Read,
    pair: &[Span; 2],
    (line, kept): (&Spliced, &impl Deref<Target = Script>),
    report: &mut Report,
) {
    let span = Span::new(pair[0].start, pair[1].end);
    let Some(range) = line.range_of(span) else { return };
    let inner = &line.text()[range.start + 1..range.end - 1];
    if !matters(kept, line, range.clone()) {
        return;
    }
    let plain = is_plain(inner) && !is_in_single(line.text(), range.start);
    let (open, close) = (context.slice(pair[0]), context.slice(pair[1]));
    // In quotes that arrive, the outer PowerShell would put in its own variables.
    let is_passed_on = read.starter.is_none() && !plain && is_for_powershell(line.text(), range.start);
    let help = if is_passed_on { PASSED_ON } else { help(plain) };
    let finding = report
        .add(span, "these quotes are gone when PowerShell reads the script", help)
        .seen(format!("PowerShell reads {}", shown(inner)));
    // A shell that the base image is said to have is less certain than one that stands in the file.
    let inherited = read.starter.is_none() && context.model().steps[read.step].state.shell.origin == ShellOrigin::Image;
    // A `throw` with another text than was meant fails the step as well, where errors stop it.
    let thrown = is_thrown(line.text(), range.start)
        && preference::value(context, read, "ErrorActionPreference", span.start)
            .is_some_and(|value| value.to_ascii_lowercase().contains("stop"));
    let finding = if inherited || thrown { finding.at_most(Severity::Warning) } else { finding };
    if open == "\"" && close == "\"" && !is_passed_on && (plain || !inner.ends_with('\\')) {
        let quote = if plain { "'" } else { "\\\"" };
        let edits = pair.iter().map(|span| Edit::replace(*span, quote)).collect();
        finding.fix(Fix::safe("quote it for PowerShell", edits));
    }
}

const PASSED_ON: &str = "leave out `powershell -Command`: the shell is PowerShell, and runs the script itself";

fn help(plain: bool) -> &'static str {
    if plain { "write single quotes" } else { "write \\\" for a quote that PowerShell shall see" }
}

/// A text that is short enough for a sentence.
fn shown(inner: &str) -> String {
    let end = inner.char_indices().nth(48).map(|(end, _)| end);
    end.map_or_else(|| inner.to_owned(), |end| format!("{}...", &inner[..end]))
}

/// The text that argument parsing takes the quotes from, if it has any. Of a PowerShell that cmd starts, without the quotes around
/// the whole script, which are meant to go.
fn line(read: &Read) -> Option<Spliced> {
    if read.exec || !read.instruction.heredocs.is_empty() {
        return None;
    }
    let Some((outer, starter)) = read.starter.map(|(outer, starter)| (outer.script(), starter)) else {
        let command = match &read.instruction.kind {
            Kind::Command(line) => line,
            Kind::Healthcheck { command: Some(line), .. } => line,
            _ => return None,
        };
        let Form::Shell(text) = &command.form else { return None };
        let has_quotes = read.instruction.keyword != Some(Keyword::Shell) && text.text().contains('"');
        return has_quotes.then(|| text.clone());
    };
    if outer.dialect != Dialect::Cmd {
        return None;
    }
    let end = starter.words.last()?.span.end;
    let first = outer.text.position_of(read.script.text.whole().start)?;
    let last = outer.text.position_of(end)?;
    let is_opened = outer.text.text()[..first].ends_with('"') && !outer.text.text()[..first].ends_with("\\\"");
    if !outer.text.text()[first - usize::from(is_opened)..last.max(first)].contains('"') {
        return None;
    }
    let line = outer.text.slice(first - usize::from(is_opened)..last.max(first));
    if !is_opened {
        return Some(line);
    }
    let inner = line.text().strip_prefix('"')?.strip_suffix('"').map(str::len)?;
    // With no other quote inside, all is as it is meant.
    let lost = argv::loses_quotes(&line).len();
    (lost > 2).then(|| line.slice(1..1 + inner))
}
