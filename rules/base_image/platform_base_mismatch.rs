//! A platform that the base image does not exist for.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::Confidence;
use dockerfile::facts::base_image::{Family, Os};

use super::named;
use crate::{Context, Fixable, Group, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "platform-base-mismatch",
    group: Group::BaseImage,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    also: &[],
    page: include_str!("platform_base_mismatch.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for image in named::images(context).into_iter().filter(|image| image.is_base) {
        let Some(facts) = image.facts.as_ref().filter(|facts| facts.confidence == Confidence::High) else { continue };
        let from = &context.instructions()[image.stage.from];
        let Some(value) = from.flag("platform").and_then(|flag| flag.value.as_ref()) else { continue };
        let platform = value.text().to_ascii_lowercase();
        let mut parts = platform.split('/');
        let (os, architecture) = (parts.next().unwrap_or_default(), parts.next());
        let has = match facts.os {
            Os::Windows if facts.multi_os => continue,
            Os::Windows => "windows/amd64",
            Os::Linux if facts.multi_os => continue,
            Os::Linux => "linux",
            Os::Either => continue,
        };
        let wrong = match facts.os {
            Os::Windows => os == "linux" || os == "windows" && architecture == Some("arm64") && is_amd64(facts.family),
            _ => os == "windows",
        };
        if !wrong {
            continue;
        }
        let message = format!("{} has no image for {}", image.name(), value.text());
        let finding = report
            .add(value.whole(), message, format!("this repository is for {has}"))
            .seen("no match for platform in manifest: not found");
        if facts.os == Os::Windows && context.slice(value.whole()) == value.text() {
            let edit = Edit::replace(value.whole(), has);
            finding.fix(Fix::suggested("name the platform of the image", vec![edit]));
        }
    }
}

/// Server Core and what stands on it are for one architecture.
fn is_amd64(family: Family) -> bool {
    use Family::*;
    matches!(
        family,
        ServerCore
            | ServerCoreIis
            | Windows
            | Server
            | FrameworkRuntime
            | FrameworkSdk
            | FrameworkAspnet
            | FrameworkWcf
    )
}
