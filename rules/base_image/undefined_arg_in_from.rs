//! `FROM` with a variable that no `ARG` before the first stage declares.

use dockerfile::ast::{Instruction, Keyword};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::expand::Use;
use dockerfile::model::{VariableKind, is_platform_argument};

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule, nearest};

pub(super) static RULE: Rule = Rule {
    id: "undefined-arg-in-from",
    group: Group::BaseImage,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["UndefinedArgInFrom"],
    page: include_str!("undefined_arg_in_from.md"),
    check,
};

/// What BuildKit declares by itself, as far as somebody may have meant it.
const PLATFORM_ARGUMENTS: [&str; 6] =
    ["BUILDARCH", "BUILDOS", "BUILDPLATFORM", "TARGETARCH", "TARGETOS", "TARGETPLATFORM"];

/// In how many findings, and in how many stages, is looked for what was meant: the time stays in proportion to the file.
const SEARCHED: usize = 100;

fn check(context: &Context, report: &mut Report) {
    let mut count = 0;
    for stage in &context.model().stages {
        let from = &context.instructions()[stage.from];
        let in_name = stage.image.iter().flat_map(|image| image.uses.clone());
        for used in in_name.chain(in_platform(context, from)).filter(|used| is_undefined(context, stage.from, used)) {
            undefined(context, from, &used, count < SEARCHED, report);
            count += 1;
        }
    }
}

fn in_platform(context: &Context, from: &Instruction) -> Vec<Use> {
    let value = from.flag("platform").and_then(|flag| flag.value.as_ref());
    value.and_then(|value| context.model().expand(from.index, value).ok()).map_or_else(Vec::new, |value| value.uses)
}

/// Whether the builder puts nothing in for a reference, whatever the build is given.
pub(super) fn is_undefined(context: &Context, from: usize, used: &Use) -> bool {
    !used.found
        && !used.has_default
        && !is_platform_argument(&used.name)
        && context.model().variable(from, &used.name).is_none()
}

fn undefined(context: &Context, from: &Instruction, used: &Use, is_searched: bool, report: &mut Report) {
    let name = &used.name;
    let message = format!("no ARG before the first FROM declares `{name}`, so it is empty here");
    let globals = context.model().globals.iter().map(|global| global.name.as_str());
    let near = (is_searched && name.len() > 2).then(|| near(name, globals.chain(PLATFORM_ARGUMENTS))).flatten();
    let help = match &near {
        Some(near) => format!("write `{near}`, or declare `ARG {name}` before the first FROM"),
        None => format!("declare `ARG {name}=...` before the first FROM"),
    };
    let before = context.model().stages.iter().take_while(|stage| stage.from < from.index).take(SEARCHED);
    let in_stage = |kind| before.clone().find_map(|stage| stage.variables.last(kind, name, stage.variables.len()));
    let declared = in_stage(VariableKind::Arg).or_else(|| in_stage(VariableKind::Env));
    let mut finding = report.add(used.span, message, help);
    if let Some(variable) = declared {
        let keyword = if variable.kind == VariableKind::Arg { Keyword::Arg } else { Keyword::Env };
        finding = finding.label(variable.span, format!("this {} is for its stage alone", keyword.name()));
    }
    if let Some(near) = near
        && context.slice(used.name_span) == name
    {
        finding.fix(Fix::suggested(format!("write `{near}`"), vec![Edit::replace(used.name_span, near)]));
    }
}

/// The name that was meant, in its own letter case.
fn near<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let names: Vec<(String, &str)> = names.map(|name| (name.to_lowercase(), name)).collect();
    let near = nearest(name, names.iter().map(|(lower, _)| lower.as_str()))?;
    names.iter().find(|(lower, _)| lower == near).map(|(_, name)| *name)
}
