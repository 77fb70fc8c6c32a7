//! An execution policy that stays in the image.

use dockerfile::diagnostic::Severity;

use super::read::{Read, scripts};
use crate::listing::Listed;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "execution-policy-machine",
    group: Group::PowerShell,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Cmdlet(&["Set-ExecutionPolicy"]),
    also: &[],
    page: include_str!("execution_policy_machine.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for read in scripts(context).filter(Read::is_run) {
        for listed @ Listed { command, .. } in read.part.commands() {
            let Some(bound) = listed.bound_to("Set-ExecutionPolicy") else { continue };
            let policy = bound.text("ExecutionPolicy").unwrap_or_default();
            let is_open = ["Bypass", "Unrestricted"].iter().any(|open| policy.eq_ignore_ascii_case(open));
            let scope = bound.text("Scope");
            let is_machine = scope.is_none_or(|scope| scope.eq_ignore_ascii_case("LocalMachine"));
            if !is_open || !is_machine || bound.splatted {
                continue;
            }
            report.add(
                command.span,
                format!("this leaves the execution policy at {policy} in the image"),
                "use `-ExecutionPolicy Bypass` for the one process, or `-Scope Process`",
            );
        }
    }
}
