//! A relative `WORKDIR` as the first of a stage.

use dockerfile::ast::{Keyword, Kind};
use dockerfile::diagnostic::Severity;
use dockerfile::model::view::view;
use dockerfile::model::{Base, Os};
use dockerfile::windows_path::{check_system_drive, drive_letter};

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "workdir-relative",
    group: Group::Path,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Instruction(&[Keyword::Workdir]),
    also: &["DL3000", "WorkdirRelativePath"],
    page: include_str!("workdir_relative.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let model = context.model();
    for (instruction, step) in context.instructions().iter().zip(&model.steps) {
        let inner = instruction.innermost();
        let (Some(Keyword::Workdir), Kind::Text(Some(word))) = (inner.keyword, &inner.kind) else { continue };
        let Some(stage) = model.stage_of(instruction.index).filter(|_| step.state.workdir.is_none()) else { continue };
        let Ok(expanded) = model.expand(instruction.index, &word.text) else { continue };
        let text = expanded.text.text();
        if !expanded.lost.is_empty() {
            // The path is relative only because the builder takes its backslash: another rule's finding.
            continue;
        }
        // A variable that is not declared here may be the base image's, and hold a whole path.
        let is_known = expanded.uses.iter().all(|used| used.found || used.has_default);
        // A path that only the eaten backslashes made relative has been reported as such.
        if !is_known
            || !expanded.lost.is_empty()
            || !model.is_certain(instruction.index, &expanded)
            || model.lineage(stage.index).any(|stage| stage.base == Base::Scratch)
        {
            continue;
        }
        let drive = drive_letter(text).is_some();
        if !is_relative(text, stage.os) {
            continue;
        }
        let message = match drive {
            true => format!("{text} is relative: the slash after the drive is missing"),
            false => "this first WORKDIR is relative to the folder of the base image".into(),
        };
        let help = if stage.os == Os::Windows { "begin with a slash or C:\\" } else { "begin with a slash" };
        let seen = view(model, instruction.index, instruction).arguments.pop().unwrap_or_default();
        report.add(word.span, message, help).seen(format!("{seen}, if the base image sets no folder"));
    }
}

fn is_relative(text: &str, os: Os) -> bool {
    // What the builder refuses, and what another shell was to expand, have rules of their own.
    if text.is_empty() || text.starts_with('%') {
        return false;
    }
    match os {
        Os::Windows => check_system_drive(text).is_ok_and(|path| !path.starts_with('/')),
        _ => !text[if drive_letter(text).is_some() { 2 } else { 0 }..].starts_with(['/', '\\']),
    }
}
