//! A download or an extraction of Windows PowerShell that draws its progress.

use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::script::powershell::Bound;

use super::preference;
use super::read::scripts;
use crate::listing::Listed;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "progress-bar-not-silenced",
    group: Group::PowerShell,
    severity: Severity::Warning,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Cmdlet(&DRAWN),
    also: &[],
    page: include_str!("progress_bar_not_silenced.md"),
    check,
};

/// The cmdlets that show their progress.
const DRAWN: [&str; 3] = ["Expand-Archive", "Invoke-RestMethod", "Invoke-WebRequest"];

const NAME: &str = "ProgressPreference";

fn check(context: &Context, report: &mut Report) {
    for read in scripts(context).filter(|read| read.is_old() && read.is_run()) {
        let by_shell = preference::by_shell(context, &read, NAME);
        let silenced = |place| preference::value_over(&read, NAME, place, by_shell).is_some_and(|it| is_silent(&it));
        let drawn = |listed: &&Listed| {
            DRAWN.iter().any(|name| listed.is_cmdlet(name))
                && listed.bound().is_some_and(|bound| is_drawn(&bound))
                && !silenced(listed.command.span.start)
        };
        let Some(Listed { command, .. }) = read.part.commands().find(drawn) else { continue };
        let finding = report.add(
            command.name.span,
            format!("`{}` draws a progress bar, which slows it down", command.name.text),
            "set $ProgressPreference = 'SilentlyContinue'",
        );
        if preference::is_assigned(read.part, NAME) {
            continue;
        }
        if let Some(edits) = preference::set(context, &read, "$ProgressPreference = 'SilentlyContinue';") {
            finding.fix(Fix::safe("silence the progress bar", edits));
        }
    }
}

fn is_silent(value: &str) -> bool {
    value.ends_with("silentlycontinue") || value.ends_with("ignore") || value == "0"
}

/// Whether a command shows its progress for each part of what it writes.
fn is_drawn(bound: &Bound) -> bool {
    match bound.cmdlet.name {
        "Invoke-WebRequest" => {
            // A request that only looks for the headers has no body, and a script is over before a bar is drawn.
            !bound.text("Method").is_some_and(|method| method.eq_ignore_ascii_case("head"))
                && !bound.text("Uri").is_some_and(|url| url.to_ascii_lowercase().ends_with(".ps1"))
        }
        "Invoke-RestMethod" => bound.has("OutFile"),
        "Expand-Archive" => true,
        _ => false,
    }
}
