//! Stages of different builds of Windows that belong to one image.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::facts::Answer;
use dockerfile::facts::build::Build;
use dockerfile::facts::compat;
use dockerfile::model::{Base, CopySource};

use super::named::{self, Named};
use crate::{Context, Fixable, Group, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "base-version-mismatch",
    group: Group::BaseImage,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    also: &[],
    page: include_str!("base_version_mismatch.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let images = named::images(context);
    let base = |stage: usize| images.iter().find(|image| image.is_base && image.stage.index == stage);
    for image in images.iter().filter(|image| image.is_base) {
        let stages = sources(context, image.stage.index);
        let builds = stages.iter().filter_map(|&stage| Some((build(base(stage)?)?, base(stage)?)));
        let Some(own) = build(image) else { continue };
        let Some((other, source)) = builds.into_iter().find(|(other, _)| other.number != own.number) else { continue };
        mismatch(context, report, (own, image), (other, source));
    }
}

fn build(image: &Named) -> Option<&'static Build> {
    image.windows()?.build
}

/// The stages with images of their own that a stage copies from, directly or through others.
pub(super) fn sources(context: &Context, stage: usize) -> Vec<usize> {
    let model = context.model();
    let mut found = vec![stage];
    let mut at = 0;
    while let Some(&stage) = found.get(at) {
        at += 1;
        let steps = model.stages[stage].steps.clone();
        let copied = steps.filter_map(|step| match model.copy_source(step, &context.instructions()[step])? {
            CopySource::Stage(source) => Some(source),
            CopySource::Image(_) => None,
        });
        let parent = match model.stages[stage].base {
            Base::Stage(parent) => Some(parent),
            _ => None,
        };
        for source in copied.chain(parent) {
            if !found.contains(&source) {
                found.push(source);
            }
        }
    }
    found
}

fn mismatch(context: &Context, report: &mut Report, own: (&Build, &Named), source: (&Build, &Named)) {
    let ((own, image), (other, from)) = (own, source);
    let Some(part) = image.build_part() else { return };
    let (new, old) = if own.number > other.number { (own, other) } else { (other, own) };
    let message = format!("this stage is {}, and what it copies is from {}", own.tag, other.tag);
    let help = "take the same build in all stages that belong together";
    let one_host = compat::check(new.number, old.number).process != Answer::No;
    let seen = format!("no host runs both without Hyper-V isolation, and none before {} runs {}", new.display, new.tag);
    let Some(mut finding) = image.report(context, report, &part, message, help) else { return };
    if let Some(part) = from.build_part() {
        finding = finding.label(part.span, format!("{} is build {}", other.tag, other.number));
    }
    // Where only one of them runs anything, a host that can pull both builds the image.
    let runs = |image: &Named| {
        let mut steps = image.stage.steps.clone();
        steps.any(|step| context.instructions()[step].keyword == Some(Keyword::Run))
    };
    let one_runs = !runs(image) || !runs(from);
    if !one_host {
        finding = finding.seen(seen);
    }
    if one_host || one_runs {
        finding.at_most(Severity::Warning);
    }
}
