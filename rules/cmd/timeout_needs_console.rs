//! `timeout`, which wants a console for its input.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::script::{Command, Dialect};

use crate::listing::Listed;
use crate::ran;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "timeout-needs-console",
    group: Group::Cmd,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Command(&["timeout"]),
    also: &[],
    page: include_str!("timeout_needs_console.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for ran in ran::all(context) {
        for &Listed { dialect, command, .. } in ran.commands().filter(|listed| listed.stem == "timeout") {
            let Some(seconds) = timeout(command).filter(|_| dialect != Dialect::Posix) else { continue };
            let help =
                if dialect.is_powershell() { "use `Start-Sleep`" } else { "use `ping -n SECONDS+1 127.0.0.1 >NUL`" };
            let finding = report
                .add(command.name.span, "`timeout` needs a console, and a container has none", help)
                .seen("ERROR: Input redirection is not supported, exiting the process immediately.");
            if let Some(seconds) = seconds.filter(|_| ran.is_plain(context, command)) {
                let text = if dialect.is_powershell() {
                    format!("Start-Sleep -Seconds {seconds}")
                } else {
                    format!("ping -n {} 127.0.0.1 >NUL", seconds + 1)
                };
                finding.fix(Fix::suggested("wait with another command", vec![Edit::replace(command.span, text)]));
            }
        }
    }
}

/// Whether a `timeout` is that of Windows, and how long it waits, if it says so in digits. The `timeout` of
/// Linux has a command behind the time.
fn timeout(command: &Command) -> Option<Option<u32>> {
    if command.expression.is_some() {
        return None;
    }
    let is_option = |text: &str| text.starts_with(['/', '-']);
    let (mut seconds, mut others) = (None, 0);
    for word in &command.words {
        let text = word.text.to_ascii_lowercase();
        let digits = text.trim_start_matches("/t").trim_start_matches([':', '=']);
        match digits.parse::<u32>() {
            Ok(found) if seconds.is_none() => seconds = Some(found.min(99_999)),
            _ if is_option(&text) => {}
            _ if !word.variables.is_empty() => {}
            _ => others += 1,
        }
    }
    (others == 0).then_some(seconds)
}
