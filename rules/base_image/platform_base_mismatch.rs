//! A platform that the base image does not exist for.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::Confidence;
use dockerfile::facts::base_image::{Family, Os};

use super::named::Named;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "platform-base-mismatch",
    group: Group::BaseImage,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["InvalidBaseImagePlatform"],
    page: include_str!("platform_base_mismatch.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for image in context.images.iter().filter(|image| image.is_base) {
        let from = &context.instructions()[image.stage.from];
        let Some(value) = from.flag("platform").and_then(|flag| flag.value.as_ref()) else { continue };
        let platform = value.text().to_ascii_lowercase();
        let mut parts = platform.split('/');
        let (os, architecture) = (parts.next().unwrap_or_default(), parts.next());
        if let Some(own) = architecture_of(image).filter(|own| architecture.is_some_and(|asked| asked != *own)) {
            let message = format!("{} is for {own} by its name, and not for {}", image.name(), value.text());
            report.add(value.whole(), message, "name the platform of the image, or the image of the platform");
            continue;
        }
        let Some(facts) = image.facts.as_ref().filter(|facts| facts.confidence == Confidence::High) else { continue };
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

/// The architecture that the name of an image says it is for: Docker Hub's `arm64v8/alpine`, and the last part of a tag
/// of .NET's, as `8.0-alpine-arm64v8`.
fn architecture_of(image: &Named) -> Option<&'static str> {
    let name = image.name().to_ascii_lowercase();
    let tag = image.tag().unwrap_or_default().to_ascii_lowercase();
    let word = match image.parts.is_docker_hub() {
        true => name.rsplit_once('/')?.0.rsplit('/').next()?.to_owned(),
        false if name.starts_with("mcr.microsoft.com/dotnet/") => tag.rsplit('-').next()?.to_owned(),
        false => return None,
    };
    match word.as_str() {
        "amd64" => Some("amd64"),
        "arm32v5" | "arm32v6" | "arm32v7" => Some("arm"),
        "arm64v8" => Some("arm64"),
        "i386" => Some("386"),
        "ppc64le" => Some("ppc64le"),
        "riscv64" => Some("riscv64"),
        "s390x" => Some("s390x"),
        _ => None,
    }
}
