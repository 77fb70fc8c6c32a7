//! A repository of Microsoft's registry without the registry, which Docker looks for on Docker Hub.

use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::facts::deprecated::Kind;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

const REGISTRY: &str = "mcr.microsoft.com/";

pub(super) static RULE: Rule = Rule {
    id: "base-missing-mcr",
    group: Group::BaseImage,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("base_missing_mcr.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for image in context.images {
        let name = image.name();
        if name.starts_with(REGISTRY) || image.windows().is_none() {
            continue;
        }
        let row = image.rows().iter().find(|row| row.kind == Kind::NeverExisted);
        let Some(row) = row else { continue };
        let renamed = row.rename(name, None);
        let help = match &renamed {
            Some(renamed) => format!("write {renamed}"),
            None => format!("write {}", row.advice),
        };
        let message = format!("{name} without mcr.microsoft.com/ is looked for on Docker Hub");
        let Some(finding) = image.report(context, report, &image.name_part(), message, help) else { continue };
        let finding = finding.seen(format!("pull access denied for {name}, repository does not exist"));
        let Some(renamed) = renamed else {
            // A short name may be an image of the machine's own.
            finding.at_most(Severity::Warning);
            continue;
        };
        let edit = match renamed.strip_suffix(name) {
            Some(registry) => Some(image.prefix(context, &image.name_part(), registry)),
            None => image.replace(context, &image.name_part(), renamed),
        };
        if let Some(edit) = edit {
            finding.fix(Fix::safe("name the registry", vec![edit]));
        }
    }
}
