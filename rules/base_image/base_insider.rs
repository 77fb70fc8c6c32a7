//! Previews of Windows, which only hosts of the Insider Program start.

use dockerfile::diagnostic::Severity;
use dockerfile::facts::base_image::Family;

use super::named::Named;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "base-insider",
    group: Group::BaseImage,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("base_insider.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for image in context.images {
        // Those on Docker Hub are gone altogether.
        if !is_preview(image) || image.normal_name.starts_with("microsoft/") {
            continue;
        }
        let message = "insider images start only on hosts of the Windows Insider Program";
        let help = "take a released build, such as ltsc2022 or ltsc2025";
        let finding = image.report(context, report, &image.name_part(), message, help);
        if let Some(finding) = finding {
            finding.seen("you must join the Windows Insider Program (0xc0370113)");
        }
    }
}

/// Whether an image is a preview, also by a former name.
pub(super) fn is_preview(image: &Named) -> bool {
    let is_old_name = image.parts.repository.text.ends_with("-insider");
    image.windows().is_some_and(|facts| facts.family == Family::Insider || is_old_name)
}
