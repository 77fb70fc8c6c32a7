//! `setx PATH` that loses what it writes: for another account, or beyond 1,024 characters.

use dockerfile::ast::{Form, Instruction, Kind};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::effect::{EffectKind, EnvHow, EnvScope};
use dockerfile::script::Command;

use crate::listing::Listing;
use crate::{Context, Does, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "setx-path-hazard",
    group: Group::Path,
    severity: Severity::Warning,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Effect(&[Does::SetEnv]),
    also: &[],
    page: include_str!("setx_path_hazard.md"),
    check,
};

/// What setx keeps of a value, in characters.
const LIMIT: usize = 1024;

/// The least that the search path of a Windows image has.
const STOCK: &str =
    r"C:\Windows\system32;C:\Windows;C:\Windows\System32\Wbem;C:\Windows\System32\WindowsPowerShell\v1.0\";

/// What is known of the search path so far in a stage.
struct Known {
    stage: Option<usize>,
    length: usize,
    has_user_part: bool,
}

fn check(context: &Context, report: &mut Report) {
    let mut known = Known { stage: None, length: STOCK.len(), has_user_part: false };
    for (instruction, step) in context.instructions().iter().zip(&context.model().steps) {
        if step.stage != known.stage {
            known = Known { stage: step.stage, length: STOCK.len(), has_user_part: false };
        }
        let Some(script) = context.script(instruction.index).filter(|script| sets(script)) else { continue };
        for command in script.commands.iter().map(|listed| listed.command) {
            for (_, effect) in script.effects(command) {
                let EffectKind::SetEnv { name, value, scope, how: EnvHow::Setx } = &effect.kind else { continue };
                if name.eq_ignore_ascii_case("path") {
                    let value = value.as_deref().unwrap_or_default();
                    one(context, (instruction, command), (*scope, value), &mut known, report);
                }
            }
        }
    }
}

/// Whether a script has a `setx`.
fn sets(script: &Listing) -> bool {
    script.run.effects().iter().any(|(_, effect)| matches!(effect.kind, EffectKind::SetEnv { how: EnvHow::Setx, .. }))
}

fn one(
    context: &Context,
    (instruction, command): (&Instruction, &Command),
    (scope, value): (EnvScope, &str),
    known: &mut Known,
    report: &mut Report,
) {
    let (literal, extends) = literal_length(value);
    known.length = literal + if extends { known.length } else { 0 };
    if scope == EnvScope::User {
        known.has_user_part = true;
        let message = "without /M, setx writes the PATH of the current account only";
        let finding =
            report.add(command.name.span, message, "write setx /M PATH \"...;%PATH%\"; it needs an administrator");
        // The machine's PATH may not become this alone.
        if extends && is_written_out(context, instruction, command) {
            let edit = Edit::insert(command.name.span.end, " /M");
            finding.fix(Fix::suggested("write the machine's PATH", vec![edit]));
        }
    } else if extends && known.has_user_part {
        report.add(
            command.name.span,
            "this folds the account's PATH into the machine's",
            "read the machine's part alone: [Environment]::GetEnvironmentVariable('PATH', 'Machine')",
        );
    }
    if known.length > LIMIT {
        report
            .add(
                command.name.span,
                format!("PATH has at least {} characters here, and setx keeps {LIMIT}", known.length),
                "use [Environment]::SetEnvironmentVariable('PATH', ..., 'Machine')",
            )
            .seen("WARNING: The data being saved is truncated to 1024 characters.");
    }
}

/// Whether `setx` stands there as a word of a command line, to put a switch behind.
fn is_written_out(context: &Context, instruction: &Instruction, command: &Command) -> bool {
    let is_shell = matches!(&instruction.innermost().kind, Kind::Command(line) if matches!(line.form, Form::Shell(_)));
    let written = context.slice(command.name.span);
    is_shell && ["setx", "setx.exe"].iter().any(|name| written.trim_start_matches('@').eq_ignore_ascii_case(name))
}

/// How many characters of a value stand there as such, and whether the old search path comes before or after them.
fn literal_length(value: &str) -> (usize, bool) {
    let lower = value.to_ascii_lowercase();
    let extends = lower.contains("%path%") || lower.contains("$env:path") || lower.contains("${env:path}");
    let mut is_name = false;
    let outside = value.split('%').filter(|_| {
        is_name = !is_name;
        is_name
    });
    (outside.map(|part| part.chars().count()).sum(), extends)
}
