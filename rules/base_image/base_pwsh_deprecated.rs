//! The images of PowerShell, which are not made any more.

use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::facts::base_image::Family;
use dockerfile::facts::deprecated::Kind;

use super::base_dotnet_core_renamed::supported_image;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "base-pwsh-deprecated",
    group: Group::BaseImage,
    severity: Severity::Warning,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("base_pwsh_deprecated.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for image in context.images {
        if image.windows().is_none_or(|facts| facts.family != Family::PowerShell) {
            continue;
        }
        let ended = image.rows().iter().filter(|row| row.kind == Kind::Discontinued).find_map(|row| row.since);
        let Some(since) = ended.filter(|since| *since <= context.settings.as_of) else { continue };
        let message =
            format!("mcr.microsoft.com/powershell has had no new images since {}-{:02}", since.year, since.month);
        let help = "take mcr.microsoft.com/dotnet/sdk, which has pwsh";
        let Some(finding) = image.report(context, report, &image.name_part(), message, help) else { continue };
        let new = supported_image(context, image, "sdk");
        if let Some(edit) = new.and_then(|new| image.replace(context, &image.whole(), new)) {
            finding.fix(Fix::suggested("take the .NET SDK", vec![edit]));
        }
    }
}
