//! Windows Defender or the firewall switched off in an image.

use dockerfile::ast::{Form, Kind};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::script::{Command, Separator, Statement, StatementKind};
use dockerfile::source::Span;

use crate::fetch::{self, Run};
use crate::listing::Listed;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "defender-firewall-disabled",
    group: Group::Download,
    severity: Severity::Warning,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Command(&PROGRAMS),
    also: &[],
    page: include_str!("defender_firewall_disabled.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for run in fetch::scripts(context) {
        for &Listed { command, ref stem, .. } in &run.listing.commands {
            let Some(what) = switched_off(command, stem) else { continue };
            let (message, help) = match what {
                Guard::Firewall => ("this switches the firewall off", "leave it out: no firewall runs in a container"),
                Guard::Defender => {
                    ("this switches Windows Defender off", "leave it out: the host guards the container")
                }
            };
            let finding = report.add(command.span, message, help);
            if let Some(fix) = leave_out(context, &run, command.span) {
                finding.fix(fix);
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Guard {
    Firewall,
    Defender,
}

const PROGRAMS: [&str; 10] = [
    "netsh",
    "set-netfirewallprofile",
    "set-mppreference",
    "uninstall-windowsfeature",
    "remove-windowsfeature",
    "disable-windowsoptionalfeature",
    "dism",
    "sc",
    "stop-service",
    "set-service",
];

/// What a command switches off.
fn switched_off(command: &Command, program: &str) -> Option<Guard> {
    if !PROGRAMS.contains(&program) {
        return None;
    }
    let words: Vec<String> = command.words.iter().map(|word| word.text.to_ascii_lowercase()).collect();
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    let names_defender = || words.iter().any(|word| word.contains("windows-defender") || word == "windefend");
    let value_after = |switch: &str| {
        let at = words.iter().position(|word| word == switch)?;
        words.get(at + 1).map(String::as_str)
    };
    match program {
        "netsh" if has("advfirewall") && has("state") && has("off") => Some(Guard::Firewall),
        "netsh" if has("firewall") && has("opmode") && words.iter().any(|word| word.contains("disable")) => {
            Some(Guard::Firewall)
        }
        "set-netfirewallprofile" => {
            let value = value_after("-enabled").map(|value| value.trim_start_matches('$'));
            (value == Some("false") || has("-enabled:false") || has("-enabled:$false")).then_some(Guard::Firewall)
        }
        "set-mppreference" => {
            let off = words.iter().enumerate().any(|(index, word)| {
                let next = words.get(index + 1).map(|value| value.trim_start_matches('$'));
                word.starts_with("-disable") && !word.ends_with("false") && !matches!(next, Some("false" | "0"))
            });
            off.then_some(Guard::Defender)
        }
        "uninstall-windowsfeature" | "remove-windowsfeature" | "disable-windowsoptionalfeature" => {
            names_defender().then_some(Guard::Defender)
        }
        "dism" => {
            let disables = words.iter().any(|word| word.trim_start_matches(['/', '-']) == "disable-feature");
            (disables && names_defender()).then_some(Guard::Defender)
        }
        "sc" | "stop-service" | "set-service" => {
            let off = program == "stop-service" || has("disabled") || has("stop");
            (off && has("windefend")).then_some(Guard::Defender)
        }
        _ => None,
    }
}

/// Takes out the command, with the instruction if that runs nothing else.
fn leave_out(context: &Context, run: &Run, command: Span) -> Option<Fix> {
    let title = "leave it out";
    let Kind::Command(line) = &run.instruction.kind else { return None };
    let statements = &run.script.statements;
    let is_whole = |statement: &Statement| {
        let StatementKind::Pipeline(commands) = &statement.kind else { return false };
        let [only] = commands.as_slice() else { return false };
        only.span == command || started(only).is_some_and(|inner| inner == command)
    };
    let at = statements.iter().position(is_whole)?;
    if statements.len() == 1 {
        let source = context.source();
        let outer = &context.instructions()[run.step];
        let (first, last) = outer.lines;
        // What `ONBUILD` stands before goes too.
        let start = source.line_span(first).start;
        let end = source.line_end(last).max(source.line_span(last).end);
        return Some(Fix::safe(title, vec![Edit::delete(Span::new(start, end))]));
    }
    if !matches!(line.form, Form::Shell(_)) || !run.instruction.heredocs.is_empty() {
        return None;
    }
    let statement = &statements[at];
    let plain = |separator: Separator| matches!(separator, Separator::And | Separator::Always);
    let span = match (statements.get(at + 1), at.checked_sub(1).map(|before| &statements[before])) {
        (Some(next), before) if plain(statement.separator) && before.is_none_or(|before| plain(before.separator)) => {
            Span::new(statement.span.start, next.span.start)
        }
        (None, Some(before)) if plain(before.separator) => Span::new(before.span.end, statement.span.end),
        _ => return None,
    };
    (!context.slice(span).contains('#')).then(|| Fix::safe(title, vec![Edit::delete(span)]))
}

/// The one command of the shell that a command starts.
fn started(command: &Command) -> Option<Span> {
    let script = command.nested.as_deref()?;
    let [statement] = script.statements.as_slice() else { return None };
    let StatementKind::Pipeline(commands) = &statement.kind else { return None };
    if let [only] = commands.as_slice() { Some(only.span) } else { None }
}
