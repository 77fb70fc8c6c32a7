//! winget, which containers have not.

use dockerfile::diagnostic::Severity;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "winget-in-container",
    group: Group::Package,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Program(&["winget"]),
    also: &[],
    page: include_str!("winget_in_container.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for program in context.programs() {
        if program.program() == "winget" {
            report
                .add(
                    program.name_span,
                    "there is no winget in containers: it needs MSIX and a user who is logged on",
                    "use Chocolatey, Scoop, or download the installer",
                )
                .seen("'winget' is not recognized as an internal or external command");
        }
    }
}
