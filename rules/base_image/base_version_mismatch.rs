//! Stages of different builds of Windows that belong to one image.

use std::collections::HashMap;

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::facts::Answer;
use dockerfile::facts::build::Build;
use dockerfile::facts::compat;
use dockerfile::model::{Base, CopySource, Stage};

use super::named::Named;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "base-version-mismatch",
    group: Group::BaseImage,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("base_version_mismatch.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let images = context.images;
    let builds: HashMap<usize, (&Build, &Named)> = (images.iter().filter(|image| image.is_base))
        .filter_map(|image| Some((image.stage.index, (build(image)?, image))))
        .collect();
    let mut numbers = builds.values().map(|(build, _)| build.number);
    let Some(first) = numbers.next() else { return };
    if numbers.all(|number| number == first) {
        return;
    }
    let sources = direct_sources(context);
    for image in images.iter().filter(|image| image.is_base) {
        let Some((own, _)) = builds.get(&image.stage.index) else { continue };
        let of_source = all_sources(&sources, image.stage.index).into_iter().filter_map(|stage| builds.get(&stage));
        let Some((other, source)) = of_source.into_iter().find(|(other, _)| other.number != own.number) else {
            continue;
        };
        mismatch(context, report, (own, image), (other, source));
    }
}

fn build(image: &Named) -> Option<&'static Build> {
    image.windows()?.build
}

/// In how many stages the images are looked for that one image is made of: the time stays in proportion to the file.
const SEARCHED: usize = 100;

/// The bases of the stages that make one image together with this one, itself too; none among very many stages.
pub(super) fn related<'a>(context: &Context<'a>, image: &Named) -> Option<impl Iterator<Item = &'a Named<'a>>> {
    if context.model().stages.len() > SEARCHED {
        return None;
    }
    let direct = direct_sources(context);
    let (stage, own) = (image.stage.index, all_sources(&direct, image.stage.index));
    let belongs = move |other: &&Named| {
        own.contains(&other.stage.index) || all_sources(&direct, other.stage.index).contains(&stage)
    };
    Some(context.images.iter().filter(|other| other.is_base).filter(belongs))
}

/// What each stage copies from and builds on, by the numbers of the stages.
fn direct_sources(context: &Context) -> Vec<Vec<usize>> {
    let model = context.model();
    let of_stage = |stage: &Stage| {
        let copied =
            stage.steps.clone().filter_map(|step| match model.copy_source(step, &context.instructions()[step])? {
                CopySource::Stage(source) => Some(source),
                CopySource::Image(_) => None,
            });
        let parent = match stage.base {
            Base::Stage(parent) => Some(parent),
            _ => None,
        };
        copied.chain(parent).collect()
    };
    model.stages.iter().map(of_stage).collect()
}

/// A stage and those that it copies from or builds on, directly or through others, the nearest first.
fn all_sources(direct: &[Vec<usize>], stage: usize) -> Vec<usize> {
    let mut found = vec![stage];
    let mut at = 0;
    while let Some(&stage) = found.get(at).filter(|_| found.len() < SEARCHED) {
        at += 1;
        for &source in &direct[stage] {
            if !found.contains(&source) && found.len() < SEARCHED {
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
