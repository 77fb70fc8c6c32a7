//! Commands for files that ask whether they may.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::model::ChangeKind;
use dockerfile::script::{Command, Dialect, Word};
use dockerfile::source::Span;
use dockerfile::windows_path::fold;

use super::target::{Target, target};
use crate::listing::Listed;
use crate::ran::{self, Ran};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "interactive-file-command",
    group: Group::Cmd,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Command(&["copy", "del", "erase", "move", "rd", "rmdir", "xcopy"]),
    also: &[],
    page: include_str!("interactive_file_command.md"),
    check,
};

/// What a command asks, the switches that it lacks, and where they go.
struct Question {
    span: Span,
    message: &'static str,
    seen: &'static str,
    switches: &'static str,
    at: u32,
    /// It asks only if the file is there.
    rare: bool,
}

fn check(context: &Context, report: &mut Report) {
    for ran in ran::all(context).filter(ran::Ran::is_run) {
        for listed in ran.commands().filter(|listed| !listed.is_fed) {
            let command = listed.command;
            let Some(question) = question(context, &ran, listed) else { continue };
            let help = format!("add `{}`", question.switches);
            let finding = report.add(question.span, question.message, help).seen(question.seen);
            let finding = if question.rare { finding.at_most(Severity::Warning) } else { finding };
            if ran.is_plain(context, command) {
                let edit = Edit::insert(question.at, format!(" {}", question.switches));
                finding.fix(Fix::safe(format!("add {}", question.switches), vec![edit]));
            }
        }
    }
}

fn question(context: &Context, ran: &Ran, listed: &Listed) -> Option<Question> {
    let &Listed { dialect, command, ref stem, .. } = listed;
    let by_cmd = || dialect == Dialect::Cmd && !ran.is_started(command);
    match stem.as_str() {
        "rd" | "rmdir" if by_cmd() => folder(command),
        "del" | "erase" if by_cmd() => all_files(command),
        "xcopy" if dialect != Dialect::Posix => xcopy(context, ran, command),
        "copy" | "move" if by_cmd() => overwritten(context, ran, command, stem),
        _ => None,
    }
}

/// `/s` without `/q`.
fn folder(command: &Command) -> Option<Question> {
    let word = command.words.iter().find(|word| has_switch(word, "s"))?;
    (!any_switch(command, "q")).then_some(Question {
        span: word.span,
        message: "`rmdir /s` without `/q` asks before it removes",
        seen: "..., Are you sure (Y/N)?",
        switches: "/q",
        at: word.span.end,
        rare: false,
    })
}

/// `*` and `*.*` without `/q`.
fn all_files(command: &Command) -> Option<Question> {
    let is_all = |word: &&Word| matches!(word.text.rsplit(['\\', '/']).next(), Some("*" | "*.*"));
    let word = command.words.iter().find(is_all)?;
    (!any_switch(command, "q")).then_some(Question {
        span: word.span,
        message: "`del` without `/q` asks before it removes all files",
        seen: "..., Are you sure (Y/N)?",
        switches: "/q",
        at: command.name.span.end,
        rare: false,
    })
}

fn xcopy(context: &Context, ran: &Ran, command: &Command) -> Option<Question> {
    let paths: Vec<&Word> = command.words.iter().filter(|word| !word.raw.starts_with(['/', '-'])).collect();
    let dest = paths.get(1).filter(|dest| dest.literal().is_some())?;
    let always_yes = any_switch(command, "y") || context.model().variable(ran.step, "COPYCMD").is_some();
    let target = target(context, ran, command, &fold(&dest.text));
    let is_folder = any_switch(command, "i") || dest.text.ends_with(['\\', '/', ':', '.']) || target != Target::Unknown;
    let (message, seen, switches) = match (is_folder, always_yes) {
        (false, true) => {
            ("`xcopy` without `/i` asks what its target is", "Does ... specify a file name or directory name", "/i")
        }
        (false, false) => (
            "`xcopy` without `/i` and `/y` asks what its target is",
            "Does ... specify a file name or directory name",
            "/i /y",
        ),
        // In a folder that is new there is nothing to replace.
        (true, false) if target == Target::Filled => {
            ("`xcopy` without `/y` asks before it replaces a file", "Overwrite ... (Yes/No/All)?", "/y")
        }
        _ => return None,
    };
    let at = command.words.last()?.span.end;
    Some(Question { span: command.name.span, message, seen, switches, at, rare: is_folder })
}

/// `copy` and `move` without `/y` to a file that an earlier step has made.
fn overwritten(context: &Context, ran: &Ran, command: &Command, name: &str) -> Option<Question> {
    let paths: Vec<&Word> = command.words.iter().filter(|word| !word.raw.starts_with('/')).collect();
    let [_, dest] = paths.as_slice() else { return None };
    if any_switch(command, "y") || context.model().variable(ran.step, "COPYCMD").is_some() {
        return None;
    }
    let path = dest.literal().map(fold)?;
    let is_file = path.rsplit('/').next().is_some_and(|file| file.contains('.'));
    let is_there = || {
        ran.before(context).any(|(step, before)| {
            let mut changes = context.model().changes(step, before).into_iter();
            changes.any(|change| change.kind == ChangeKind::Write && change.path == path)
        })
    };
    (is_file && is_there()).then_some(Question {
        span: dest.span,
        message: if name == "copy" {
            "`copy` without `/y` asks before it replaces a file"
        } else {
            "`move` without `/y` asks before it replaces a file"
        },
        seen: "Overwrite ...? (Yes/No/All):",
        switches: "/y",
        at: command.name.span.end,
        rare: false,
    })
}

/// Whether a word is the switch or has it among others (`/s/q`).
fn has_switch(word: &Word, letter: &str) -> bool {
    let mut parts = word.raw.split('/');
    parts.next() == Some("") && parts.any(|part| part.eq_ignore_ascii_case(letter))
}

fn any_switch(command: &Command, letter: &str) -> bool {
    command
        .words
        .iter()
        .any(|word| has_switch(word, letter) || word.raw.to_ascii_lowercase().ends_with(&format!("/{letter}")))
}
