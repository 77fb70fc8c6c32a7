//! `RUN powershell ...` again and again, where `SHELL` would say it once.

use dockerfile::ast::{Form, Instruction, Keyword, Kind};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::Answer;
use dockerfile::facts::capability::{Capability, has};
use dockerfile::script::{Command, Dialect, Script, StatementKind};
use dockerfile::source::Span;

use crate::ran;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule, needs};

pub(super) static RULE: Rule = Rule {
    id: "repeated-powershell-prefix",
    group: Group::PowerShell,
    severity: Severity::Style,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::All(&[Needs::Script(&[Dialect::Cmd]), needs::POWERSHELL]),
    also: &[],
    page: include_str!("repeated_powershell_prefix.md"),
    check,
};

/// A `RUN` that is nothing but a call of PowerShell.
struct Prefixed<'a> {
    instruction: &'a Instruction,
    command: &'a Command,
    script: &'a Script,
}

fn check(context: &Context, report: &mut Report) {
    for stage in &context.model().stages {
        let found: Vec<Prefixed> = stage.steps.clone().filter_map(|step| prefixed(context, step)).collect();
        let [first, second, ..] = found.as_slice() else { continue };
        // Where there is none, another rule says to do without it.
        let is_old = first.script.dialect == Dialect::WindowsPowerShell;
        if is_old && ran::known(stage).is_some_and(|image| has(image, Capability::WindowsPowerShell) == Answer::No) {
            continue;
        }
        let shell = first.command.name.text.rsplit(['\\', '/']).next().unwrap_or_default();
        let finding = report
            .add(
                first.command.name.span,
                format!("{} RUNs of this stage start {shell} through cmd", found.len()),
                "set it once with SHELL",
            )
            .label(second.command.name.span, "again");
        if let Some(edits) = as_shell(context, &found) {
            finding.fix(Fix::suggested("use SHELL", edits));
        }
    }
}

fn prefixed<'a>(context: &Context<'a>, step: usize) -> Option<Prefixed<'a>> {
    let instruction = &context.instructions()[step];
    let run = context.model().steps[step].script.as_ref().filter(|run| !run.exec)?;
    let [statement] = run.script.statements.as_slice() else { return None };
    let StatementKind::Pipeline(commands) = &statement.kind else { return None };
    let [command] = commands.as_slice() else { return None };
    let script = command.nested.as_deref().filter(|script| script.dialect.is_powershell())?;
    let is_run = instruction.keyword == Some(Keyword::Run) && run.script.dialect == Dialect::Cmd;
    (is_run && command.redirections.is_empty()).then_some(Prefixed { instruction, command, script })
}

/// A `SHELL` before the first of them, and the prefix taken off each: when no other instruction after it is read by
/// the shell.
fn as_shell(context: &Context, found: &[Prefixed]) -> Option<Vec<Edit>> {
    let first = found.first()?;
    let step = first.instruction.index;
    let stage = context.model().stage_of(step)?;
    let reads = |step: &usize| context.model().steps[*step].script.as_ref().is_some_and(|run| !run.exec);
    let is_shell = |step: usize| context.instructions()[step].keyword == Some(Keyword::Shell);
    let is_alone = (step..stage.steps.end).filter(reads).count() == found.len();
    if !is_alone || (step..stage.steps.end).any(is_shell) {
        return None;
    }
    let words = words(first)?;
    let mut edits = Vec::new();
    for run in found {
        if self::words(run)? != words {
            return None;
        }
        edits.extend(without_prefix(context, run)?);
    }
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let prologue = "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';";
    edits.push(Edit::insert(first.instruction.span.start, format!("SHELL [{}, \"{prologue}\"]\n", quoted.join(", "))));
    Some(edits)
}

/// The program and its parameters up to `-Command`.
fn words(run: &Prefixed) -> Option<Vec<String>> {
    let start = run.script.text.whole().start;
    let before = run.command.words.iter().take_while(|word| word.span.end <= start);
    let mut words: Vec<String> =
        std::iter::once(&run.command.name).chain(before).map(|word| word.text.clone()).collect();
    let last = words.last()?.trim_start_matches(['-', '/']).to_ascii_lowercase();
    if words.len() == 1 || last.is_empty() || !"command".starts_with(&last) {
        words.push("-Command".into());
    }
    words.iter().all(|word| !word.contains(['\\', '"'])).then_some(words)
}

/// Takes the prefix off, and the quotes around the whole script.
fn without_prefix(context: &Context, run: &Prefixed) -> Option<Vec<Edit>> {
    let Kind::Command(line) = &run.instruction.kind else { return None };
    let Form::Shell(_) = &line.form else { return None };
    let whole = run.script.text.whole();
    let prefix = Span::new(run.command.span.start, whole.start);
    let is_one_line = context.source().line_of(prefix.start) == context.source().line_of(prefix.end);
    // cmd has read what it takes for its own.
    let is_plain = !context.slice(whole).contains(['^', '%']) && is_one_line && run.instruction.heredocs.is_empty();
    let tail = Span::new(whole.end, run.command.span.end.max(whole.end));
    let quotes = (context.slice(prefix).ends_with('"'), context.slice(tail));
    match quotes {
        (true, "\"") => is_plain.then(|| vec![Edit::delete(prefix), Edit::delete(tail)]),
        (false, "") => is_plain.then(|| vec![Edit::delete(prefix)]),
        _ => None,
    }
}
