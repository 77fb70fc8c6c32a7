//! Repositories of Microsoft's that left Docker Hub.

use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::facts::base_image::Family;
use dockerfile::facts::deprecated::{Kind, Replacement};
use dockerfile::facts::{Confidence, capability};
use dockerfile::script::Dialect;

use super::base_eol::fits;
use super::named::{self, Named};
use crate::listing::Listed;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "base-deprecated-hub",
    group: Group::BaseImage,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("base_deprecated_hub.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for image in context.images {
        let name = image.name();
        if !image.normal_name.starts_with("microsoft/") {
            continue;
        }
        let Some(row) = image.rows().first() else { continue };
        let message = match row.kind {
            Kind::Discontinued => format!("{name} was given up"),
            _ => format!("{name} moved from Docker Hub to mcr.microsoft.com"),
        };
        let help = format!("write instead: {}", row.advice);
        let Some(mut finding) = image.report(context, report, &image.name_part(), message, help) else { continue };
        finding = finding.seen("the pull is denied, or gives a build that got its last update years ago");
        if row.confidence != Confidence::High {
            finding = finding.at_most(Severity::Warning);
        }
        if let Some(fix) = rename(context, image, row) {
            finding.fix(fix);
        }
    }
}

/// The same image by its present name where there is one, else a supported build of it.
fn rename(context: &Context, image: &Named, row: &Replacement) -> Option<Fix> {
    if image.parts.digest.is_some() || image.is_open {
        return None;
    }
    let facts = image.facts.as_ref()?;
    if let Some(new) = row.rename(image.name(), image.tag()) {
        let (new_name, _) = new.rsplit_once(':')?;
        let edit = image.replace(context, &image.name_part(), new_name)?;
        let title = "take it from mcr.microsoft.com";
        // A tag of a build is known to have moved with its repository.
        let is_same = facts.build.is_some() && has_builds(facts.family);
        return Some(if is_same { Fix::safe(title, vec![edit]) } else { Fix::suggested(title, vec![edit]) });
    }
    let build = named::usual_build(context);
    let new =
        matches!(facts.family, Family::ServerCore | Family::NanoServer).then(|| row.rename(image.name(), Some(build)));
    let edit = image.replace(context, &image.whole(), new??)?;
    // `fits` looks at few stages only, and so keeps the other one from very many.
    if !fits(context, image, build) || facts.family == Family::NanoServer && needs_server_core(context, image) {
        return None;
    }
    Some(Fix::suggested(format!("take the build {build}"), vec![edit]))
}

/// Whether stages on this image use what Nano Server had in 2016 and has no more: PowerShell, DISM, Windows Script Host ...
fn needs_server_core(context: &Context, image: &Named) -> bool {
    let model = context.model();
    let stages = model.stages.iter().filter(|stage| model.lineage(stage.index).any(|it| it.index == image.stage.index));
    let needs = |step: usize| {
        let is_gone = |listed: &Listed| listed.stem == "dism" || capability::missing_on_nano(&listed.stem).is_some();
        model.steps[step].state.shell.dialect == Some(Dialect::WindowsPowerShell)
            || context.script(step).is_some_and(|script| script.commands.iter().any(is_gone))
    };
    stages.flat_map(|stage| stage.steps.clone()).any(needs)
}

fn has_builds(family: Family) -> bool {
    matches!(family, Family::ServerCore | Family::NanoServer | Family::ServerCoreIis)
}
