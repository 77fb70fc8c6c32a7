//! An image from a registry that the team does not trust.

use dockerfile::diagnostic::Severity;
use dockerfile::reference::Part;

use crate::policy::matches;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "untrusted-registry",
    group: Group::BaseImage,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["DL3026"],
    page: include_str!("untrusted_registry.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let trusted = &context.settings.policy.trusted_registries;
    if trusted.is_empty() {
        return;
    }
    for image in context.images {
        let registry = match &image.parts.registry {
            Some(registry) if !image.parts.is_docker_hub() => registry.text.as_str(),
            _ => "docker.io",
        };
        if trusted.iter().any(|pattern| matches(pattern, registry)) {
            continue;
        }
        let part: Part = image.parts.registry.clone().unwrap_or_else(|| image.name_part());
        let message = format!("images from {registry} are not trusted here");
        let help = format!("take an image from {}", trusted.join(", "));
        image.report(context, report, &part, message, help);
    }
}
