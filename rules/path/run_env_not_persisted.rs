//! Variables that a `RUN` sets last: they end with its process.

use dockerfile::ast::{Instruction, Keyword};
use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::effect::{EffectKind, EnvScope, Last};
use dockerfile::script::{Dialect, Quote, StatementKind};

use crate::{Context, Does, Fixable, Group, Needs, Platform, Report, Rule};

use super::write;

pub(super) static RULE: Rule = Rule {
    id: "run-env-not-persisted",
    group: Group::Path,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Effect(&[Does::SetEnv]),
    also: &[],
    page: include_str!("run_env_not_persisted.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for (instruction, step) in context.instructions().iter().zip(&context.model().steps) {
        let inner = instruction.innermost();
        let Some(started) = step.script.as_ref().filter(|_| inner.keyword == Some(Keyword::Run)) else { continue };
        let tail = started.tail(&is_lost);
        let fix = if tail.is_all { as_env(context, inner, &tail.statements) } else { None };
        for last in &tail.statements {
            for (_, effect) in last.effects {
                let EffectKind::SetEnv { name, value, .. } = &effect.kind else { continue };
                let help = if value.as_ref().is_some_and(|value| value.to_ascii_lowercase().contains("chocolatey\\bin"))
                {
                    "leave it out: Chocolatey's installer writes its folder to the registry"
                } else if name.eq_ignore_ascii_case("path") {
                    "write it to the registry: setx /M PATH \"...;%PATH%\""
                } else {
                    "use ENV, which later instructions and the container see"
                };
                let finding = report.add(effect.span, format!("{name} is gone when this RUN ends"), help);
                // After other commands it may be left over from a recipe, such as Chocolatey's, and do no harm.
                let finding = if tail.is_all { finding } else { finding.at_most(Severity::Warning) };
                if let Some(fix) = &fix {
                    finding.fix(fix.clone());
                }
            }
        }
    }
}

/// `set ERRORLEVEL=0` is not meant for later.
fn is_lost(kind: &EffectKind) -> bool {
    matches!(kind, EffectKind::SetEnv { name, scope: EnvScope::Process, .. }
        if !name.is_empty() && !name.eq_ignore_ascii_case("errorlevel"))
}

/// The whole `RUN` as an `ENV`, where all names and values are constant.
fn as_env(context: &Context, instruction: &Instruction, statements: &[Last]) -> Option<Fix> {
    if !instruction.flags.is_empty() || !instruction.heredocs.is_empty() {
        return None;
    }
    let mut text = "ENV".to_owned();
    for last in statements {
        let [(_, effect)] = last.effects else { return None };
        let EffectKind::SetEnv { name, value: Some(value), .. } = &effect.kind else { return None };
        let is_name = name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
        if !is_name || is_special(name) || value.is_empty() || !is_constant(last, value) {
            return None;
        }
        text += &format!(" {name}={}", write::env_value(value, context.model().escape)?);
    }
    Some(Fix::safe("use ENV", vec![write::instead(instruction, text)]))
}

/// The search path would replace Windows' own, and a secret would show in the image's configuration.
fn is_special(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let secrets = ["PASS", "PWD", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "CONNECTION"];
    name == "PATH" || secrets.iter().any(|part| name.contains(part))
}

/// Whether the shell gives the variable just this text.
fn is_constant(last: &Last, value: &str) -> bool {
    if value.contains(['%', '$', '!', '^', '"', '\n', '\r']) {
        return false;
    }
    match &last.statement.kind {
        // cmd takes quotes inside an assignment for a part of the value, but not those around it.
        StatementKind::Pipeline(commands) => match commands.as_slice() {
            [command] if last.dialect == Dialect::Cmd => match command.words.as_slice() {
                [word] => !word.raw.contains('"') || word.quote == Quote::Double,
                words => words.iter().all(|word| !word.raw.contains(['"', '/'])),
            },
            [command] => last.dialect == Dialect::Posix && command.words.iter().all(|word| word.literal().is_some()),
            _ => false,
        },
        StatementKind::Assignment { operator, value, .. } => match value.as_slice() {
            [statement] => match &statement.kind {
                StatementKind::Pipeline(commands) => matches!(commands.as_slice(), [command]
                    if operator == "=" && command.words.is_empty() && command.name.literal().is_some()
                        && (matches!(command.name.quote, Quote::Single | Quote::Double)
                            || command.name.raw.chars().all(|char| char.is_ascii_digit())
                            || last.dialect == Dialect::Posix)),
                _ => false,
            },
            _ => false,
        },
        StatementKind::Block { .. } => false,
    }
}
