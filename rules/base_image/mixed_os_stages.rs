//! A Windows stage that copies from a Linux image, which only some builders can do.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::model::{Base, CopySource, Evidence, Os};

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "mixed-os-stages",
    group: Group::BaseImage,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("mixed_os_stages.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let model = context.model();
    if model.stages.iter().all(|stage| stage.os != Os::Linux) {
        return;
    }
    let lines = lines(context);
    for (step, instruction) in context.instructions().iter().enumerate() {
        let Some(stage) = model.stage_of(step).filter(|stage| stage.os == Os::Windows) else { continue };
        let Some(CopySource::Stage(source)) = model.copy_source(step, instruction) else { continue };
        let source = &model.stages[source];
        if source.os != Os::Linux || lines[source.index].is_flagged && !lines[stage.index].runs {
            continue;
        }
        let flag = instruction.innermost().flag("from").expect("it has a source");
        let finding = report
            .add(
                flag.span,
                "this Windows stage copies from a Linux stage",
                "build that stage on Windows too, or give it `--platform=$BUILDPLATFORM` and run nothing on Windows",
            )
            .seen("no builder runs both: image operating system \"linux\" cannot be used on this platform")
            .label(context.instructions()[source.from].span, "this stage is for Linux");
        // What a stage does tells less of its platform than the image or the flag.
        if matches!(lines[source.index].evidence, Evidence::Content(_) | Evidence::File) {
            finding.at_most(Severity::Warning);
        }
    }
}

/// What a stage and those that it builds on say together.
///
/// BuildKit on Linux builds a Windows image of files that Linux stages make: when these say that they are for the
/// builder (`is_flagged`), and the Windows stages run nothing (`runs`).
#[derive(Clone, Copy)]
struct Line {
    is_flagged: bool,
    runs: bool,
    /// Why the first of them is for its platform.
    evidence: Evidence,
}

/// For each stage.
fn lines(context: &Context) -> Vec<Line> {
    let instructions = context.instructions();
    let mut lines: Vec<Line> = Vec::new();
    for stage in &context.model().stages {
        let mut line = match stage.base {
            Base::Stage(parent) => lines[parent],
            _ => Line { is_flagged: false, runs: false, evidence: stage.evidence },
        };
        line.is_flagged |= instructions[stage.from].flag("platform").is_some();
        line.runs |= stage.steps.clone().any(|step| instructions[step].keyword == Some(Keyword::Run));
        lines.push(line);
    }
    lines
}
