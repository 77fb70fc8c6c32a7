//! `COPY --from` with a name that is neither a stage nor an image.

use std::collections::HashMap;

use dockerfile::ast::{Instruction, Keyword};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::base_image;
use dockerfile::model::Stage;
use dockerfile::reference;
use dockerfile::splice::Spliced;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule, nearest};

pub(super) static RULE: Rule = Rule {
    id: "copy-from-unknown-stage",
    group: Group::Stage,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Any,
    needs: Needs::Flag(&["from"]),
    also: &["DL3022"],
    page: include_str!("copy_from_unknown_stage.md"),
    check,
};

/// Names that stages have all over the world and images have not, in lower case.
#[rustfmt::skip]
const STAGE_NAMES: [&str; 20] = [
    "build", "build-env", "builder", "compile", "compiler", "dependencies", "deps", "download", "downloader", "final",
    "install", "installer", "prep", "prepare", "publish", "publisher", "restore", "sdk", "setup", "stage",
];

/// Among how many of the stages before is looked for the one that was meant: the time stays in proportion to the file.
const SEARCHED: usize = 100;

fn check(context: &Context, report: &mut Report) {
    let stages = &context.model().stages;
    let mut names: HashMap<String, &Stage> = HashMap::new();
    for stage in stages {
        if let Some(name) = &stage.name {
            names.entry(name.to_ascii_lowercase()).or_insert(stage);
        }
    }
    // Behind ONBUILD the names are those of another Dockerfile.
    for instruction in context.instructions().iter().filter(|copy| copy.keyword == Some(Keyword::Copy)) {
        let Some(from) = from(instruction) else { continue };
        let own = context.model().steps[instruction.index].stage.unwrap_or_default();
        let name = from.text();
        // What Go's `Atoi` takes is a number, with or without a sign.
        match name.parse::<i64>() {
            Ok(number) => match usize::try_from(number).ok().and_then(|number| stages.get(number)) {
                Some(stage) => defined_before(from, stage, own, report),
                None => no_such_number(from, number, own, report),
            },
            Err(_) => match names.get(&name.to_ascii_lowercase()) {
                Some(stage) => defined_before(from, stage, own, report),
                None => image(from, &stages[own.saturating_sub(SEARCHED)..own], report),
            },
        }
    }
}

/// The value of `--from`, where it can be told: a builder refuses variables there, and a template is no Dockerfile.
fn from(instruction: &Instruction) -> Option<&Spliced> {
    let value = instruction.flag("from")?.value.as_ref()?;
    (!value.is_empty() && !value.text().contains(['$', '{'])).then_some(value)
}

fn defined_before(from: &Spliced, stage: &Stage, own: usize, report: &mut Report) {
    let message = match stage.index {
        index if index < own => return,
        index if index == own => format!("`{}` is the stage that this copies into", from.text()),
        _ => format!("stage `{}` is only defined later", from.text()),
    };
    report
        .add(from.whole(), message, "copy from a stage above, or move that stage up")
        .seen(format!("cannot copy from stage {:?}, it needs to be defined before", from.text()));
}

fn no_such_number(from: &Spliced, number: i64, own: usize, report: &mut Report) {
    let help = match own {
        0 => "there is no stage before this one; name an image".to_owned(),
        1 => "the stage before this one is 0; better give it a name".to_owned(),
        _ => format!("the stages before this one are 0 to {}; better give them names", own - 1),
    };
    report.add(from.whole(), format!("there is no stage {number}"), help).seen(format!("invalid stage index {number}"));
}

/// What is no stage is an image, or a context that the command line names.
fn image(from: &Spliced, stages: &[Stage], report: &mut Report) {
    let name = from.text();
    let near = near(name, stages);
    let missing = format!("there is no stage `{name}`");
    let wants = near.map_or_else(|| format!("name a stage `AS {name}`, or an image"), |near| format!("write `{near}`"));
    let as_image = format!("the image `docker.io/library/{name}:latest`");
    let finding = if reference::parse(from).is_err() {
        let message = format!("`{name}` is no stage, and no image can have that name");
        report.add(from.whole(), message, wants).seen("invalid reference format")
    } else if near.is_some() {
        report.add(from.whole(), missing, wants).seen(as_image)
    } else if STAGE_NAMES.contains(&name.to_ascii_lowercase().as_str()) {
        // The command line may name a context so.
        report.add(from.whole(), missing, wants).seen(as_image).at_most(Severity::Warning)
    } else {
        return;
    };
    if let Some(near) = near {
        finding.fix(Fix::suggested(format!("write `{near}`"), vec![Edit::replace(from.whole(), near)]));
    }
}

/// The stage that was meant, unless the name may well be an image's or a context's.
fn near<'a>(name: &str, stages: &'a [Stage]) -> Option<&'a str> {
    if name.contains(['/', ':', '.', '@']) || base_image::lookup(name, None).is_some() {
        return None;
    }
    let names: Vec<(String, &str)> =
        stages.iter().filter_map(|stage| stage.name.as_deref()).map(|name| (name.to_lowercase(), name)).collect();
    let near = nearest(name, names.iter().map(|(lower, _)| lower.as_str()))?;
    // `app1` and `app2` are two things, and so are `go` and `go-modules`.
    let letters = |name: &str| name.to_lowercase().replace(|char: char| char.is_ascii_digit(), "");
    let is_other = letters(near) == letters(name) || near.starts_with(name) && near.len() > name.len() + 2;
    names.iter().find(|(lower, _)| lower == near && !is_other).map(|(_, name)| *name)
}
