//! Repositories and releases of .NET that get no updates any more.

use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::facts::dotnet::{self, Release};

use super::base_eol::fits;
use super::named::Named;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

const IMAGES: [&str; 3] = ["sdk", "aspnet", "runtime"];

pub(super) static RULE: Rule = Rule {
    id: "base-dotnet-core-renamed",
    group: Group::BaseImage,
    severity: Severity::Warning,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("base_dotnet_core_renamed.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let now = context.settings.as_of;
    for image in context.images {
        let Some(path) =
            image.normal_name.strip_prefix("mcr.microsoft.com/dotnet/").filter(|_| image.windows().is_some())
        else {
            continue;
        };
        let kind = path.strip_prefix("core/").or_else(|| path.strip_prefix("nightly/")).unwrap_or(path);
        if !IMAGES.contains(&kind) {
            continue;
        }
        let release = image.tag().and_then(dotnet::by_tag).filter(|release| release.end < now);
        let row = image.rows().first().filter(|row| row.is_dotnet_core());
        let message = match (row, release) {
            (Some(_), _) => "mcr.microsoft.com/dotnet/core/* is frozen since .NET Core 3.1 ended".to_owned(),
            (None, Some(release)) => format!("{} has had no updates since {}", title(release), release.end),
            (None, None) => continue,
        };
        let part = if row.is_some() { image.name_part() } else { image.parts.tag.clone().expect("it named a release") };
        let latest = supported(context);
        let help = format!("take mcr.microsoft.com/dotnet/{kind} with a supported version, such as {}", latest.version);
        let Some(finding) = image.report(context, report, &part, message, help) else { continue };
        if let Some(fix) = upgrade(context, image, kind) {
            finding.fix(fix);
        }
    }
}

fn title(release: &Release) -> String {
    let core = if release.core { " Core" } else { "" };
    format!(".NET{core} {}", release.version)
}

/// The latest long-term release: those have an even number.
fn supported(context: &Context) -> &'static Release {
    let is_long = |release: &&Release| {
        release.version.split('.').next().is_some_and(|major| major.ends_with(['0', '2', '4', '6', '8']))
    };
    let long = || dotnet::RELEASES.iter().rev().filter(is_long);
    long().find(|release| release.end >= context.settings.as_of).or_else(|| long().next()).expect("the table has one")
}

fn upgrade(context: &Context, image: &Named, kind: &str) -> Option<Fix> {
    let new = image.replace(context, &image.whole(), supported_image(context, image, kind)?)?;
    Some(Fix::suggested("take the latest long-term release", vec![new]))
}

/// The image of that kind with the base that the old tag has; the builds before 2022 have none of the releases.
pub(super) fn supported_image(context: &Context, image: &Named, kind: &str) -> Option<String> {
    if image.parts.digest.is_some() || image.is_open {
        return None;
    }
    let tag = image.tag().unwrap_or_default();
    let base = ["nanoserver", "windowsservercore"].into_iter().find(|base| tag.contains(base));
    let build = image.facts.as_ref()?.build.filter(|build| build.number >= 20348).map_or("ltsc2022", |build| build.tag);
    if base.is_some() && !fits(context, image, build) {
        return None;
    }
    let base = base.map_or(String::new(), |base| format!("-{base}-{build}"));
    Some(format!("mcr.microsoft.com/dotnet/{kind}:{}{base}", supported(context).version))
}
