//! `sc` with a service verb where it is an alias of `Set-Content`.

use dockerfile::diagnostic::{Edit, Fix, Severity};

use super::read::{Read, drops_alias, is_called, scripts};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sc-alias-in-powershell",
    group: Group::PowerShell,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Command(&["sc"]),
    also: &[],
    page: include_str!("sc_alias_in_powershell.md"),
    check,
};

/// The commands of sc.exe.
const VERBS: [&str; 26] = [
    "boot",
    "config",
    "continue",
    "control",
    "create",
    "delete",
    "description",
    "enumdepend",
    "failure",
    "failureflag",
    "getdisplayname",
    "getkeyname",
    "interrogate",
    "lock",
    "pause",
    "privs",
    "qc",
    "qdescription",
    "qfailure",
    "query",
    "queryex",
    "sdset",
    "sdshow",
    "sidtype",
    "start",
    "stop",
];

fn check(context: &Context, report: &mut Report) {
    for read in scripts(context).filter(Read::is_old) {
        for command in read.part.commands().filter(|listed| listed.stem == "sc").map(|listed| listed.command) {
            // With the name of another machine the verb is the second word.
            let remote = command.words.first().is_some_and(|word| word.text.starts_with("\\\\"));
            let Some(verb) = command.words.get(usize::from(remote)).and_then(|word| word.literal()) else { continue };
            let is_known = VERBS.iter().any(|known| known.eq_ignore_ascii_case(verb));
            if !is_called(command, "sc") || !is_known || drops_alias(read.part, "sc") {
                continue;
            }
            report
                .add(command.name.span, "`sc` is Set-Content in Windows PowerShell, not sc.exe", "write `sc.exe`")
                .seen(format!(
                    "Set-Content writes a file called `{}`, and no service is touched",
                    command.words[0].text
                ))
                .fix(Fix::safe("write `sc.exe`", vec![Edit::insert(command.name.span.end, ".exe")]));
        }
    }
}
