//! An image by the tag `latest`, also where it is meant by no tag.

use std::collections::HashSet;

use dockerfile::diagnostic::Severity;
use dockerfile::facts::Confidence;
use dockerfile::model::Os;

use super::named::Named;
use super::{base_insider, base_untagged};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "base-latest",
    group: Group::BaseImage,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["DL3006", "DL3007"],
    page: include_str!("base_latest.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let mut seen = HashSet::new();
    for image in context.images {
        if image.is_open || image.parts.digest.is_some() {
            continue;
        }
        let (part, what) = match &image.parts.tag {
            Some(tag) if tag.text == "latest" => (tag.clone(), "`latest`"),
            None if is_published(image) => (image.name_part(), "no tag means `latest`, which"),
            _ => continue,
        };
        // A tag that does not exist is another rule's error, and no version makes a preview last.
        if base_insider::is_preview(image) || base_untagged::is_without_tag(image) {
            continue;
        }
        // Many files of one image are copied one by one.
        if !seen.insert((image.name(), image.tag())) && !image.is_base {
            continue;
        }
        let message = match image.stage.os {
            Os::Windows => format!("{what} moves on, also to other builds of Windows"),
            _ => format!("{what} is another image from one build to the next"),
        };
        image.report(context, report, &part, message, "name a version, or pin the image by its digest");
    }
}

/// Whether a name, which has no tag, is an image of a registry: a short one that nobody knows may be a build context or
/// an image of the machine's own.
fn is_published(image: &Named) -> bool {
    let moved = !image.rows().is_empty();
    let known = image.facts.is_some_and(|facts| facts.confidence == Confidence::High);
    image.is_base && !moved && (image.parts.registry.is_some() || known)
}
