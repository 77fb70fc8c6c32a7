//! Restarts, which a container cannot have during a build.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::script::{Command, Dialect, Quote};
use dockerfile::source::Span;

use crate::listing::Listed;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "reboot-in-run",
    group: Group::Installer,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("reboot_in_run.md"),
    check,
};

/// The commands that restart, or can be told to.
const NAMES: [&str; 10] = [
    "add-computer",
    "add-windowsfeature",
    "install-windowsfeature",
    "remove-computer",
    "remove-windowsfeature",
    "rename-computer",
    "restart-computer",
    "shutdown",
    "stop-computer",
    "uninstall-windowsfeature",
];

fn check(context: &Context, report: &mut Report) {
    for script in context.run_scripts() {
        for &Listed { dialect, command, .. } in script.commands.iter().filter(|it| NAMES.contains(&it.stem.as_str())) {
            if let Some(place) = restarts(command, dialect) {
                report.add(
                    place,
                    "a container cannot restart while it is built",
                    "take it out; a new RUN starts afresh",
                );
            }
            if let Some((before, switch)) = switch(command, dialect) {
                let finding = report.add(switch, "a container cannot restart while it is built", "take -Restart out");
                // From the word before on: a continuation may stand between, and must not end in an empty line.
                let gap = Span::new(before, switch.end);
                if !context.slice(gap).contains('#') {
                    finding.fix(Fix::safe("do not restart", vec![Edit::delete(gap)]));
                }
            }
        }
    }
    for program in context.programs().iter().filter(|it| it.keyword == Some(Keyword::Run)) {
        let forces = |text: &str| ["/forcerestart", "/promptrestart"].iter().any(|it| text.eq_ignore_ascii_case(it));
        if let Some(argument) = program.arguments.iter().find(|it| forces(&it.text)) {
            report.add(argument.span, "a container cannot restart while it is built", "write /norestart");
        }
    }
}

/// The name of a command that restarts or shuts down.
fn restarts(command: &Command, dialect: Dialect) -> Option<Span> {
    if command.expression.is_some() {
        return None;
    }
    let name = command.name.text.trim_start_matches('@').to_ascii_lowercase();
    let name = name.rsplit(['\\', '/']).next().unwrap_or(&name);
    let is_cmdlet = dialect.is_powershell() && matches!(name, "restart-computer" | "stop-computer");
    let given = |letter: &str| {
        command
            .words
            .iter()
            .any(|word| word.text.strip_prefix(['/', '-']).is_some_and(|it| it.eq_ignore_ascii_case(letter)))
    };
    let shuts = matches!(name, "shutdown" | "shutdown.exe") && ["r", "g", "s", "p"].into_iter().any(given);
    (is_cmdlet || shuts).then_some(command.name.span)
}

/// `-Restart`, also shortened, of the cmdlets that have it, and where the word before it ends.
fn switch(command: &Command, dialect: Dialect) -> Option<(u32, Span)> {
    let name = command.name.text.to_ascii_lowercase();
    let known = ["install-windowsfeature", "add-windowsfeature", "uninstall-windowsfeature", "remove-windowsfeature"];
    let other = ["add-computer", "rename-computer", "remove-computer"];
    if !dialect.is_powershell() || !known.iter().chain(&other).any(|it| *it == name) {
        return None;
    }
    let is = |raw: &str| raw.len() >= 4 && "-restart".starts_with(&raw.to_ascii_lowercase());
    let at = command.words.iter().position(|word| word.quote == Quote::None && is(&word.raw))?;
    let before = at.checked_sub(1).map_or(&command.name, |before| &command.words[before]);
    Some((before.span.end, command.words[at].span))
}
