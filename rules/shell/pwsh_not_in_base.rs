//! PowerShell 7 in an image that does not bring it.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::capability::Capability;
use dockerfile::script::Dialect;

use super::missing::{PWSH, missing};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "pwsh-not-in-base",
    group: Group::Shell,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Any(&[Needs::Instruction(&[Keyword::Shell]), Needs::Command(PWSH)]),
    also: &[],
    page: include_str!("pwsh_not_in_base.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for missing in missing(context, Dialect::PowerShell, Capability::Pwsh) {
        let has_old = missing.image.powershell.windows_powershell;
        let help = if has_old {
            "use `powershell`, or install PowerShell 7 first"
        } else {
            "take an image that has it, such as dotnet/sdk, or install it first"
        };
        let seen = missing.seen("pwsh");
        let finding = report.add(missing.span, "this image has no PowerShell 7", help).seen(seen);
        let finding = if missing.doubtful { finding.at_most(Severity::Warning) } else { finding };
        let is_bare = ["pwsh", "pwsh.exe"].iter().any(|bare| missing.name.eq_ignore_ascii_case(bare));
        let source = context.slice(missing.span);
        let at = source.to_ascii_lowercase().find("pwsh").filter(|_| is_bare && has_old);
        if let Some(at) = at.map(|at| missing.span.start + at as u32) {
            let name = dockerfile::source::Span::new(at, at + 4);
            finding.fix(Fix::suggested("use Windows PowerShell", vec![Edit::replace(name, "powershell")]));
        }
    }
}
