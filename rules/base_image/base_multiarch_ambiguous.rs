//! A tag with images for Windows and for Linux, in a file for Windows.

use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::facts::base_image::{self, Family};
use dockerfile::model::{Evidence, Os};

use super::base_eol::fits;
use super::named::{self, Named};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "base-multiarch-ambiguous",
    group: Group::BaseImage,
    severity: Severity::Warning,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("base_multiarch_ambiguous.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let by_image = |facts: &base_image::BaseImage| facts.os == base_image::Os::Windows;
    // An image for both systems is none of these, so that only other stages count.
    let has_windows_image = (context.model().stages.iter())
        .any(|stage| stage.os == Os::Windows && stage.facts.as_ref().is_some_and(by_image));
    for image in context.images.iter().filter(|image| image.is_base && !image.is_open) {
        let Some(facts) = image.windows().filter(|facts| facts.os == base_image::Os::Either) else { continue };
        let from = &context.instructions()[image.stage.from];
        // A pinned digest is one image, or a list whose user knows what is in it. Without more than the image that
        // tells that the stage is for Windows, nothing is said.
        if from.flag("platform").is_some()
            || image.parts.digest.is_some()
            || !(has_windows_image || matches!(image.stage.evidence, Evidence::Content(_)))
        {
            continue;
        }
        let base = if facts.nano { "nanoserver" } else { "windowsservercore" };
        let message = "this tag is for Linux and for Windows: the builder's own system decides";
        let help = format!("name the base in the tag, such as {base}-{}", named::usual_build(context));
        let part = image.parts.tag.clone().unwrap_or_else(|| image.name_part());
        let Some(finding) = image.report(context, report, &part, message, help) else { continue };
        let finding = finding.seen("on a builder for Linux containers this stage is a Linux image");
        if let Some(fix) = name_base(context, image, facts.family, base) {
            finding.fix(fix);
        }
    }
}

/// The tag that a builder for Windows containers takes anyway, on a build that the file uses.
fn name_base(context: &Context, image: &Named, family: Family, base: &str) -> Option<Fix> {
    let tag = image.parts.tag.as_ref().filter(|tag| tag.text.starts_with(|first: char| first.is_ascii_digit()))?;
    let known = matches!(family, Family::DotnetSdk | Family::DotnetAspnet | Family::DotnetRuntime)
        || ["golang", "python", "eclipse-temurin"].contains(&image.normal_name.as_str());
    let build = named::usual_build(context);
    let edit = image.replace(context, tag, format!("{}-{base}-{build}", tag.text)).filter(|_| known)?;
    if !fits(context, image, build) {
        return None;
    }
    Some(Fix::suggested("name the base", vec![edit]))
}
