//! A Windows base image without a tag, or with the tag `latest`, which none of them has.

use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::facts::base_image::Family;
use dockerfile::facts::deprecated::Kind;

use super::base_eol::fits;
use super::named::{self, Named};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "base-untagged",
    group: Group::BaseImage,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &["DL3006"],
    page: include_str!("base_untagged.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for image in context.images {
        if !is_without_tag(image) {
            continue;
        }
        let build = named::usual_build(context);
        let name = image.name();
        let part = image.parts.tag.clone().unwrap_or_else(|| image.name_part());
        let message = match image.tag() {
            Some(_) => format!("{name} has no tag `latest`"),
            None => format!("{name} has no tag, and no `latest` to pull instead"),
        };
        let Some(finding) = image.report(context, report, &part, message, help(image, build)) else { continue };
        let finding = finding.seen(format!("manifest for {name}:latest not found: manifest unknown"));
        if let Some(fix) = pin(context, image, build) {
            finding.fix(fix);
        }
    }
}

/// Whether the pull looks for a `latest` that is not there.
pub(super) fn is_without_tag(image: &Named) -> bool {
    let row = image.rows().first();
    !image.is_open && image.parts.digest.is_none() && row.is_some_and(|row| row.kind == Kind::TagRemoved)
}

fn help(image: &Named, build: &str) -> String {
    if image.facts.as_ref().is_some_and(|facts| facts.family == Family::Windows) {
        return format!(
            "name a build of mcr.microsoft.com/windows/server, such as {build}; this repository ends at 20H2"
        );
    }
    format!("name the build of Windows that the hosts run, such as {build}")
}

fn pin(context: &Context, image: &Named, build: &str) -> Option<Fix> {
    let edit = match (image.facts.as_ref()?.family, &image.parts.tag) {
        (Family::Windows, _) => image.replace(context, &image.whole(), format!("{}/server:{build}", image.name())),
        (_, Some(tag)) => image.replace(context, tag, build),
        (_, None) => image.replace(context, &image.name_part(), format!("{}:{build}", image.name())),
    };
    let edits = vec![edit?];
    fits(context, image, build).then(|| Fix::suggested(format!("take the build {build}"), edits))
}
