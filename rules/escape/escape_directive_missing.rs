//! A Windows file without an escape directive that is one backslash away from losing a path or an instruction.

use dockerfile::ast::{Form, Kind};
use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::escape;
use dockerfile::model::Os;
use dockerfile::source::Span;
use dockerfile::syntax::{self, Join};
use dockerfile::windows_path;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "escape-directive-missing",
    group: Group::Escape,
    severity: Severity::Warning,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("escape_directive_missing.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let document = context.document;
    let has_directive = document.built.tree.directives.iter().any(|directive| directive.name == "escape");
    // Where a path is changed already, the finding about that path says it all.
    if has_directive || document.meant.is_some() || !context.eaten.is_empty() {
        return;
    }
    let mut windows = context.instructions().iter().filter(|one| context.model().os(one.index) == Os::Windows);
    let found = windows.find_map(|instruction| {
        let node = &context.tree().instructions[instruction.index];
        if let Some(join) = node.joins.iter().find(|join| joins_path(node, join)) {
            return Some((join.escape, "this backslash ends a path, and the builder takes it to join the lines"));
        }
        let join = is_run(&instruction.innermost().kind).then(|| ends_in_path(context, node)).flatten()?;
        Some((join.escape, "the backslash separates folders and continues lines in the same instruction"))
    });
    let Some((span, message)) = found else { return };
    let finding = report.add(span, message, "put \"# escape=`\" on the first line and continue lines with a backtick");
    if let Some(edits) = escape::to_backtick(document) {
        finding.fix(Fix::safe("make the backtick the escape character", edits).alone());
    }
}

fn is_run(kind: &Kind) -> bool {
    matches!(kind, Kind::Command(line) if matches!(line.form, Form::Shell(_)))
}

/// Whether the backslash that joins two lines stands directly behind a path.
fn joins_path(node: &syntax::Instruction, join: &Join) -> bool {
    let before = &node.line.text()[..join.at as usize];
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    if word.is_empty() {
        return false;
    }
    let path = format!("{word}\\");
    windows_path::path_at(&path, word.len()).is_some_and(|path| path.len() > 2)
}

/// A continued line with a path on it, where the last line ends in a path too: with one more backslash there, the
/// next instruction would be swallowed.
fn ends_in_path<'a>(context: &Context, node: &'a syntax::Instruction) -> Option<&'a Join> {
    let source = context.source();
    let last = source.slice(source.line_span(node.lines.1)).trim_end();
    drive_path(last.rsplit(char::is_whitespace).next()?)?;
    node.joins.iter().find(|join| {
        let line = source.slice(Span::new(source.line_span(join.line).start, join.escape.start));
        line.split_whitespace().any(|word| drive_path(word.trim_end_matches([';', ','])).is_some())
    })
}

/// An unquoted word that is a path with a drive, and could be a folder.
fn drive_path(word: &str) -> Option<()> {
    let is_path = windows_path::drive_letter(word).is_some() && word[2..].starts_with('\\');
    (is_path && !word.contains(['"', '\'', '*', ';', ','])).then_some(())
}
