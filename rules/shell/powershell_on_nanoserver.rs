//! Windows PowerShell in an image on Nano Server, which has none.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::facts::capability::Capability;
use dockerfile::script::Dialect;

use super::missing::{POWERSHELL, missing};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "powershell-on-nanoserver",
    group: Group::Shell,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Any(&[Needs::Instruction(&[Keyword::Shell]), Needs::Command(POWERSHELL)]),
    also: &[],
    page: include_str!("powershell_on_nanoserver.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let found = missing(context, Dialect::WindowsPowerShell, Capability::WindowsPowerShell);
    for missing in found.into_iter().filter(|missing| missing.image.nano) {
        let help = if missing.image.powershell.pwsh {
            "use `pwsh`, which this image has"
        } else {
            "use cmd, or do it in a Server Core stage and copy the result"
        };
        let seen = missing.seen("powershell");
        let finding = report.add(missing.span, "there is no Windows PowerShell on Nano Server", help).seen(seen);
        if missing.doubtful {
            finding.at_most(Severity::Warning);
        }
    }
}
