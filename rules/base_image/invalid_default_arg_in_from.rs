//! A `FROM` that names no image until the build gives an argument.

use dockerfile::ast::Kind;
use dockerfile::diagnostic::Severity;
use dockerfile::expand::{self, Lookup};
use dockerfile::model::{Model, Stage, is_platform_argument};
use dockerfile::reference;

use super::undefined_arg_in_from::is_undefined;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "invalid-default-arg-in-from",
    group: Group::BaseImage,
    severity: Severity::Info,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["InvalidDefaultArgInFrom"],
    page: include_str!("invalid_default_arg_in_from.md"),
    check,
};

/// The values of a build without `--build-arg`.
struct Defaults<'a> {
    model: &'a Model,
    from: usize,
}

impl Lookup for Defaults<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let own = self.model.variable(self.from, name);
        // Of the platform's values only that there are some matters here.
        own.and_then(|global| global.value.as_deref()).or_else(|| is_platform_argument(name).then_some("amd64"))
    }
}

fn check(context: &Context, report: &mut Report) {
    for stage in &context.model().stages {
        let Some(image) = &stage.image else { continue };
        if image.uses.is_empty() || image.uses.iter().any(|used| is_undefined(context, stage.from, used)) {
            continue;
        }
        let Some(name) = by_default(context, stage) else { continue };
        let unset = image.uses.iter().find_map(|used| {
            let global = context.model().variable(stage.from, &used.name)?;
            global.value.as_deref().is_none_or(str::is_empty).then_some(global)
        });
        let message = match name.as_str() {
            "" => "without --build-arg this names no image".to_owned(),
            name => format!("without --build-arg this is `{name}`, which names no image"),
        };
        let help = match unset {
            Some(global) => format!("give `{}` a default that builds", global.name),
            None => "give its arguments defaults that name an image".to_owned(),
        };
        let finding = report.add(image.span, message, help);
        if let Some(global) = unset {
            finding.label(global.span, "has no value of its own");
        }
    }
}

/// What a build without arguments takes for the image, where that cannot be one.
fn by_default(context: &Context, stage: &Stage) -> Option<String> {
    let model = context.model();
    let Kind::From(from) = &context.instructions()[stage.from].kind else { return None };
    let name = expand::word(&from.image.as_ref()?.text, model.escape, &Defaults { model, from: stage.from }).ok()?.text;
    reference::parse(&name).is_err().then(|| name.text().to_owned())
}
