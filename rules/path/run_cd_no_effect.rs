//! A change of folder as the last thing that a `RUN` does.

use dockerfile::ast::{Instruction, Keyword};
use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::effect::{EffectKind, Tail};
use dockerfile::windows_path::is_absolute;

use crate::{Context, Does, Fixable, Group, Needs, Platform, Report, Rule};

use super::write;

pub(super) static RULE: Rule = Rule {
    id: "run-cd-no-effect",
    group: Group::Path,
    severity: Severity::Warning,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Effect(&[Does::ChangeDir]),
    also: &["DL3003"],
    page: include_str!("run_cd_no_effect.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for (instruction, step) in context.instructions().iter().zip(&context.model().steps) {
        let inner = instruction.innermost();
        let Some(started) = step.script.as_ref().filter(|_| inner.keyword == Some(Keyword::Run)) else { continue };
        let changes = |kind: &EffectKind| matches!(kind, EffectKind::ChangeDir { .. });
        let tail = started.tail(&changes);
        for last in &tail.statements {
            for (_, effect) in last.effects {
                let EffectKind::ChangeDir { path } = &effect.kind else { continue };
                // The way back at the end of a script is order, and not meant for later.
                if !tail.is_all && is_way_back(path) {
                    continue;
                }
                let message = "this change of folder ends with the RUN";
                let help = "use WORKDIR, or change the folder in the RUN that needs it";
                let finding = report.add(effect.span, message, help);
                if let Some(fix) = as_workdir(context, inner, &tail, path) {
                    finding.fix(fix);
                }
            }
        }
    }
}

fn is_way_back(path: &str) -> bool {
    let path = path.trim_end_matches(['/', '\\']);
    path.split(['/', '\\']).all(|part| matches!(part, "" | "." | ".." | "-")) || path.len() == 2 && path.ends_with(':')
}

/// The whole `RUN` as a `WORKDIR`, where the folder is absolute and constant.
fn as_workdir(context: &Context, instruction: &Instruction, tail: &Tail, path: &str) -> Option<Fix> {
    let escape = context.model().escape;
    let is_alone = tail.is_all && tail.statements.len() == 1 && instruction.flags.is_empty();
    let is_constant = !path.contains(['%', '$', '!', '^', '*', '~', '"', '\'', '`']);
    if !is_alone || !instruction.heredocs.is_empty() || !is_constant || !is_absolute(path) {
        return None;
    }
    Some(Fix::safe(
        "use WORKDIR",
        vec![write::instead(instruction, format!("WORKDIR {}", write::workdir(path, escape)))],
    ))
}
