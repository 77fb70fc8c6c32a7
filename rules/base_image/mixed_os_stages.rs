//! A Windows stage that copies from a Linux image, which only some builders can do.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::model::{Base, CopySource, Evidence, Os, Stage};

use crate::{Context, Fixable, Group, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "mixed-os-stages",
    group: Group::BaseImage,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    also: &[],
    page: include_str!("mixed_os_stages.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let model = context.model();
    for (step, instruction) in context.instructions().iter().enumerate() {
        let Some(stage) = model.stage_of(step).filter(|stage| stage.os == Os::Windows) else { continue };
        let Some(CopySource::Stage(source)) = model.copy_source(step, instruction) else { continue };
        let source = &model.stages[source];
        if source.os != Os::Linux || is_cross_build(context, stage, source) {
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
        let root = lineage(context, source).last().map_or(source.evidence, |root| root.evidence);
        if matches!(root, Evidence::Content(_) | Evidence::File) {
            finding.at_most(Severity::Warning);
        }
    }
}

/// BuildKit on Linux builds a Windows image of files that Linux stages make: when these say that they are for the
/// builder's platform, and nothing runs on Windows.
fn is_cross_build(context: &Context, stage: &Stage, source: &Stage) -> bool {
    let says = |stage: &Stage| context.instructions()[stage.from].flag("platform").is_some();
    let runs =
        |stage: &Stage| stage.steps.clone().any(|step| context.instructions()[step].keyword == Some(Keyword::Run));
    lineage(context, source).iter().any(|stage| says(stage)) && !lineage(context, stage).iter().any(|stage| runs(stage))
}

/// A stage and those that it builds on.
fn lineage<'a>(context: &Context<'a>, stage: &'a Stage) -> Vec<&'a Stage> {
    let stages = &context.model().stages;
    let parent = |stage: &&'a Stage| match stage.base {
        Base::Stage(parent) => Some(&stages[parent]),
        _ => None,
    };
    std::iter::successors(Some(stage), parent).collect()
}
