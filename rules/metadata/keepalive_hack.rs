//! A command that only keeps the container running.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::effect::{self, EffectContext, EffectKind};
use dockerfile::script::{Dialect, Script, Statement, StatementKind};
use dockerfile::source::Span;

use super::start::started;
use crate::letters::begins;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "keepalive-hack",
    group: Group::Metadata,
    severity: Severity::Info,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Cmd, Keyword::Entrypoint]),
    also: &[],
    page: include_str!("keepalive_hack.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for span in started(context).into_iter().flat_map(idles) {
        let help = "start the program itself, or wait for a service with ServiceMonitor.exe or LogMonitor.exe";
        report.add(span, "this keeps the container running whatever becomes of the program", help);
    }
}

/// What in a script does nothing but keep the container running.
pub(crate) fn idles(script: &Script) -> Vec<Span> {
    let commands = script.commands().into_iter().filter_map(|(dialect, command)| {
        let effects = effect::classify(command, dialect, &EffectContext::default());
        let is_idle = effects.iter().any(|effect| matches!(effect.kind, EffectKind::KeepAlive));
        let option = command.words.iter().find(|word| stays_open(&word.text));
        is_idle.then(|| option.map_or(command.span, |word| word.span))
    });
    let loops = script.all_statements().into_iter().filter(|(dialect, statement)| is_idle_loop(statement, *dialect));
    commands.chain(loops.map(|(_, statement)| statement.span)).collect()
}

/// Whether an option keeps a shell open after its command, or `ping` from ending.
fn stays_open(option: &str) -> bool {
    let name = option.trim_start_matches(['-', '/']);
    let is_letter = matches!(name, "k" | "K" | "t" | "T");
    name.len() < option.len() && (is_letter || name.len() > 2 && begins("noexit", name))
}

/// A loop without end that does nothing but wait and print.
fn is_idle_loop(statement: &Statement, dialect: Dialect) -> bool {
    let StatementKind::Block { keyword, heads, bodies } = &statement.kind else { return false };
    let endless = match keyword.as_str() {
        "while" | "do" => heads.iter().all(is_true),
        "for" => dialect.is_powershell() && heads.is_empty(),
        _ => return false,
    };
    let waits = |kind: &EffectKind| matches!(kind, EffectKind::Sleep | EffectKind::Print);
    let mut kinds = bodies.iter().flat_map(|(_, body)| body).map(|statement| {
        let effects = effect::classify_statement(statement, dialect, &EffectContext::default());
        !effects.is_empty() && effects.iter().all(|effect| waits(&effect.kind))
    });
    endless && kinds.all(|idle| idle)
}

fn is_true(statement: &Statement) -> bool {
    let StatementKind::Pipeline(commands) = &statement.kind else { return false };
    let [command] = commands.as_slice() else { return false };
    ["$true", "1", "1 -eq 1", ":", "true"].iter().any(|text| command.name.text.eq_ignore_ascii_case(text))
}
