//! A container whose only command starts a service and ends.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::effect::{EffectContext, EffectKind, classify_statement};
use dockerfile::script::{Dialect, Script, Statement, StatementKind};
use dockerfile::source::Span;

use super::start::started;
use crate::{Context, Does, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "service-entrypoint-exits",
    group: Group::Metadata,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    // Only an entry point with arguments makes a script that stands nowhere as a whole.
    needs: Needs::Any(&[
        Needs::All(&[Needs::Instruction(&[Keyword::Cmd]), Needs::Instruction(&[Keyword::Entrypoint])]),
        Needs::Effect(&[Does::StartService]),
        Needs::Command(&["start-service"]),
    ]),
    also: &[],
    page: include_str!("service_entrypoint_exits.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for script in started(context) {
        if let Some(span) = last_starts_service(script) {
            report.add(
                span,
                "the container ends as soon as the service has been started",
                "start the program itself, or wait for the service with ServiceMonitor.exe or LogMonitor.exe",
            );
        }
    }
}

/// The place of a command that starts a service, when nothing but messages comes after it.
fn last_starts_service(script: &Script) -> Option<Span> {
    let effects =
        |statement: &Statement, dialect: Dialect| classify_statement(statement, dialect, &EffectContext::default());
    let last = script.statements.iter().rev().find(|statement| {
        let effects = effects(statement, script.dialect);
        let prints = !effects.is_empty() && effects.iter().all(|effect| matches!(effect.kind, EffectKind::Print));
        !prints && !is_named(statement, "exit")
    })?;
    let StatementKind::Pipeline(commands) = &last.kind else { return None };
    let effects = effects(last, script.dialect);
    if effects.iter().any(|effect| matches!(effect.kind, EffectKind::KeepAlive)) {
        return None;
    }
    if let Some(nested) = commands.last().and_then(|command| command.nested.as_ref()) {
        return last_starts_service(nested);
    }
    let starts = effects.iter().find(|effect| matches!(effect.kind, EffectKind::StartService { .. }));
    // The name of the service may come through the pipeline.
    starts.map(|effect| effect.span).or_else(|| is_named(last, "Start-Service").then_some(last.span))
}

/// Whether the last command of a pipeline has that name.
fn is_named(statement: &Statement, name: &str) -> bool {
    let StatementKind::Pipeline(commands) = &statement.kind else { return false };
    commands.last().is_some_and(|command| command.name.text.eq_ignore_ascii_case(name))
}
