//! `vcvars64.bat` and its like as the last thing that a `RUN` does.

use dockerfile::ast::{Form, Instruction, Keyword, Kind};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::effect::{EffectKind, Tail};
use dockerfile::facts::env::is_environment_script;
use dockerfile::script::Dialect;
use dockerfile::source::Span;

use crate::{Context, Does, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "batch-env-not-persisted",
    group: Group::Path,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Effect(&[Does::RunScript]),
    also: &[],
    page: include_str!("batch_env_not_persisted.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let instructions = context.instructions();
    for (instruction, step) in instructions.iter().zip(&context.model().steps) {
        let inner = instruction.innermost();
        let Some(started) = step.script.as_ref().filter(|_| inner.keyword == Some(Keyword::Run)) else { continue };
        let tail = started.tail(&is_wanted);
        for last in &tail.statements {
            for (_, effect) in last.effects {
                let EffectKind::RunScript { path } = &effect.kind else { continue };
                let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
                let finding = report.add(
                    effect.span,
                    format!("what {name} sets is gone when this RUN ends"),
                    "start it in the RUN that needs it: script.bat && command",
                );
                if let Some(fix) = merged(context, instruction, &tail) {
                    finding.fix(fix);
                }
            }
        }
    }
}

fn is_wanted(kind: &EffectKind) -> bool {
    matches!(kind, EffectKind::RunScript { path } if is_environment_script(path))
}

/// This `RUN` and the one directly below it as one.
fn merged(context: &Context, instruction: &Instruction, own: &Tail) -> Option<Fix> {
    let next = context.instructions().get(instruction.index + 1)?;
    let steps = &context.model().steps;
    let text = |instruction: &Instruction| match &instruction.kind {
        Kind::Command(line) if instruction.keyword == Some(Keyword::Run) && instruction.heredocs.is_empty() => {
            match &line.form {
                Form::Shell(text) if instruction.flags.is_empty() && !text.is_empty() => Some(text.whole()),
                _ => None,
            }
        }
        _ => None,
    };
    let (first, second) = (text(instruction)?, text(next)?);
    let is_cmd = steps[instruction.index].state.shell.dialect == Some(Dialect::Cmd)
        && own.statements.iter().all(|last| last.dialect == Dialect::Cmd);
    let between = Span::new(first.end, second.start);
    let only_run = context.slice(between).trim().eq_ignore_ascii_case("run");
    // `a || b && c` binds otherwise than the two lines do.
    let plain = !context.slice(second).contains("||") && !context.slice(first).contains("||");
    let started = steps[next.index].script.as_ref()?;
    // What ends in such a script itself is mended first.
    let helps = started.tail(&is_wanted).statements.is_empty();
    (is_cmd && only_run && plain && helps)
        .then(|| Fix::suggested("join the two RUNs", vec![Edit::replace(between, " && ")]))
}
