//! `RUN`s in a row that one layer would do for.

use dockerfile::ast::{Form, Instruction, Keyword, Kind};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::effect::{EffectKind, EnvScope};
use dockerfile::script::powershell::bind;
use dockerfile::script::{Dialect, Separator, StatementKind};
use dockerfile::source::Span;

use crate::download::runs_text;
use crate::fetch::Run;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

use super::shipped::shipped_runs;

pub(super) static RULE: Rule = Rule {
    id: "consecutive-run",
    group: Group::Layer,
    severity: Severity::Info,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Run]),
    also: &["DL3059"],
    page: include_str!("consecutive_run.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let runs: Vec<Run> = shipped_runs(context).collect();
    let mut at = 0;
    while at < runs.len() {
        let follows = |pair: &&[Run]| can_join(context, &pair[0], &pair[1]);
        let len = 1 + runs[at..].windows(2).take_while(follows).count();
        let chain = &runs[at..at + len];
        at += len;
        let [first, second, ..] = chain else { continue };
        let powershell = first.script.dialect.is_powershell();
        let help = match powershell {
            false => "join them with &&",
            true => "join them with ;, and check $LASTEXITCODE after each program",
        };
        let message = format!("{len} RUNs in a row make {len} layers, each with its own registry and logs");
        let finding = report
            .add(second.instruction.keyword_span, message, help)
            .label(first.instruction.keyword_span, "the first of them");
        if let Some(fix) = join(context, chain) {
            finding.fix(fix);
        }
    }
}

/// Whether the second comes right after the first, in the same shell, and needs no new process to see what it did.
pub(super) fn can_join(context: &Context, first: &Run, second: &Run) -> bool {
    let model = context.model();
    let shells = model.steps[first.step].state.shell == model.steps[second.step].state.shell;
    let is_plain = |run: &Run| {
        let outer = &context.instructions()[run.step];
        let Kind::Command(line) = &run.instruction.kind else { return false };
        outer.keyword == Some(Keyword::Run)
            && matches!(line.form, Form::Shell(_))
            && line.fault.is_none()
            && run.instruction.flags.is_empty()
            && run.instruction.heredocs.is_empty()
            && !run.script.statements.is_empty()
    };
    first.step + 1 == second.step && shells && is_plain(first) && is_plain(second) && !needs_new_process(first)
}

/// Whether later commands see what a script does only in a process of their own: variables in the registry, and what
/// an installer or a script may put there. Text that is run as a script is how package managers themselves come.
fn needs_new_process(run: &Run) -> bool {
    let mut commands = run.listing.commands.iter();
    let runs_text = commands.any(|listed| listed.dialect.is_powershell() && runs_text(listed.command).is_some());
    runs_text || sets_for_later(run)
}

fn sets_for_later(run: &Run) -> bool {
    run.effects().iter().any(|(_, effect)| match &effect.kind {
        EffectKind::SetEnv { scope, .. } => *scope != EnvScope::Process,
        EffectKind::Install { .. }
        | EffectKind::PackageInstall { .. }
        | EffectKind::InstallFeature { .. }
        | EffectKind::RunScript { .. } => true,
        _ => false,
    })
}

/// Joins the commands, where none depends on how the one before it ends and no comment is lost.
pub(super) fn join(context: &Context, chain: &[Run]) -> Option<Fix> {
    let dialect = chain.first()?.script.dialect;
    let (_, before) = chain.split_last()?;
    let (operator, ends) = match dialect {
        Dialect::Cmd => (" && ", chain.iter().all(only_and) && !before.iter().any(leaves_changes)),
        Dialect::WindowsPowerShell | Dialect::PowerShell => ("; ", chain.iter().all(only_cmdlets)),
        Dialect::Posix => return None,
    };
    let escape = context.model().escape;
    let edits: Vec<Edit> = chain
        .windows(2)
        .filter_map(|pair| {
            let gap = Span::new(end(&pair[0])?, start(pair[1].instruction));
            let blank = context.slice(gap);
            let is_blank = blank.chars().all(|char| char.is_whitespace() || "RUNrun".contains(char));
            is_blank.then(|| Edit::replace(gap, format!("{operator}{escape}\n    ")))
        })
        .collect();
    (ends && edits.len() + 1 == chain.len()).then(|| Fix::suggested("make them one RUN", edits))
}

fn end(run: &Run) -> Option<u32> {
    run.script.statements.last().map(|last| last.span.end)
}

fn start(instruction: &Instruction) -> u32 {
    instruction.args.whole().start
}

/// Whether commands after the script would run in another folder or with other variables.
fn leaves_changes(run: &Run) -> bool {
    let changes = |kind: &EffectKind| matches!(kind, EffectKind::ChangeDir { .. } | EffectKind::SetEnv { .. });
    run.effects().iter().any(|(_, effect)| changes(&effect.kind))
}

/// Whether each command runs only after the one before it.
fn only_and(run: &Run) -> bool {
    let is_simple = run.script.statements.iter().all(|statement| {
        matches!(&statement.kind, StatementKind::Pipeline(commands)
            if commands.iter().all(|command| !matches!(command.name.text.to_ascii_lowercase().as_str(), "exit" | "if" | "for")))
    });
    let all = run.script.statements.iter().rev().skip(1).all(|statement| statement.separator == Separator::And);
    is_simple && all
}

fn only_cmdlets(run: &Run) -> bool {
    run.script.statements.iter().all(|statement| {
        matches!(&statement.kind, StatementKind::Pipeline(commands)
        if commands.iter().all(|command| bind(command, run.script.dialect).is_some_and(|bound| {
            !matches!(bound.cmdlet.name, "Set-Location" | "Push-Location" | "Start-Process")
        })))
    })
}
