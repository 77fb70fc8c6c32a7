//! A base image that is not among those that the team allows.

use dockerfile::diagnostic::Severity;

use super::named::Named;
use crate::policy::matches;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "base-not-allowed",
    group: Group::BaseImage,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("base_not_allowed.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let allowed = &context.settings.policy.allowed_base_images;
    if allowed.is_empty() {
        return;
    }
    for image in context.images.iter().filter(|image| image.is_base) {
        if allowed.iter().any(|pattern| is_allowed(pattern, image)) {
            continue;
        }
        let whole = image.whole();
        let message = format!("{} is not among the allowed base images", whole.text);
        let help = format!("stand on one of: {}", allowed.join(", "));
        image.report(context, report, &whole, message, help);
    }
}

/// Whether a pattern describes an image: its name as written or as registries know it, and its tag, when the pattern
/// has one. A tag that only the build knows may be the right one.
fn is_allowed(pattern: &str, image: &Named) -> bool {
    let at = pattern.rfind(':').filter(|&at| !pattern[at..].contains('/'));
    let (name, tag) = at.map_or((pattern, None), |at| (&pattern[..at], Some(&pattern[at + 1..])));
    let same_name = matches(name, image.name()) || matches(name, &image.parts.full_name());
    let same_tag = tag.is_none_or(|tag| image.is_open || matches(tag, image.tag().unwrap_or("latest")));
    same_name && same_tag
}
