//! An image by the tag `latest`.

use dockerfile::diagnostic::Severity;
use dockerfile::model::Os;

use super::{base_untagged, named};
use crate::{Context, Fixable, Group, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "base-latest",
    group: Group::BaseImage,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Any,
    also: &["DL3007"],
    page: include_str!("base_latest.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for image in named::images(context) {
        let Some(tag) = image.parts.tag.as_ref().filter(|tag| tag.text == "latest") else { continue };
        // The tag does not exist there, which is another rule's error.
        if image.parts.digest.is_some() || base_untagged::is_without_tag(&image) {
            continue;
        }
        let windows = image.stage.os == Os::Windows;
        let message = if windows {
            "`latest` moves on, also to other builds of Windows"
        } else {
            "`latest` is another image from one build to the next"
        };
        let help = "name a version, or pin the image by its digest";
        image.report(context, report, tag, message, help);
    }
}
