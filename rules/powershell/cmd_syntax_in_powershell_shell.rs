//! Commands and switches of cmd where PowerShell reads the script.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::script::{Call, Command, Quote, Statement, StatementKind, Word};
use dockerfile::source::Span;

use super::read::{Read, scripts};
use crate::letters::begins;
use crate::{Context, Fixable, Group, Platform, Report, Rule, needs};

pub(super) static RULE: Rule = Rule {
    id: "cmd-syntax-in-powershell-shell",
    group: Group::PowerShell,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: needs::POWERSHELL,
    also: &[],
    page: include_str!("cmd_syntax_in_powershell_shell.md"),
    check,
};

/// Commands of cmd that are aliases in PowerShell, and their switches there.
const SWITCHED: [(&str, &str, &str); 12] = [
    ("cd", "/d", "Set-Location"),
    ("chdir", "/d", "Set-Location"),
    ("copy", "/y /b /v /-y", "Copy-Item"),
    ("del", "/f /q /s /p /a", "Remove-Item"),
    ("dir", "/a /ad /b /s /o /w /q /x", "Get-ChildItem"),
    ("erase", "/f /q /s /p /a", "Remove-Item"),
    ("exit", "/b", "exit"),
    ("move", "/y /-y", "Move-Item"),
    ("rd", "/s /q", "Remove-Item"),
    ("rmdir", "/s /q", "Remove-Item"),
    ("set", "/a /p", "Set-Variable"),
    ("start", "/wait /b /min /max /w /i /d", "Start-Process"),
];

/// Commands of cmd that PowerShell does not have, and `set`, whose words mean something else there.
const OTHERS: [&str; 10] = ["set", "mklink", "call", "rem", "setlocal", "endlocal", "assoc", "ftype", "ver", "vol"];

fn check(context: &Context, report: &mut Report) {
    for read in scripts(context) {
        branches(context, &read, report);
        for listed in read.part.commands() {
            let command = listed.command;
            nul(command, report);
            if command.expression.is_some() || command.call == Call::Dot || command.name.quote != Quote::None {
                continue;
            }
            switches(context, command, report);
            others(&read, command, report);
        }
    }
}

/// `rmdir /s /q x`, `cd /d x` and their like.
fn switches(context: &Context, command: &Command, report: &mut Report) {
    let is_named = |(name, ..): &&(&str, &str, &str)| name.eq_ignore_ascii_case(&command.name.text);
    let Some(&(name, known, cmdlet)) = SWITCHED.iter().find(is_named) else { return };
    let is_switch = |word: &&Word| {
        let switch = word.text.to_ascii_lowercase();
        let switch = switch.split(':').next().unwrap_or_default();
        // `/s/q` without a blank is usual in cmd.
        let mut parts = switch.split_inclusive('/').filter(|part| *part != "/").map(|part| part.trim_end_matches('/'));
        word.quote == Quote::None
            && switch.starts_with('/')
            && parts.all(|part| known.split(' ').any(|it| it[1..] == *part))
    };
    let Some(first) = command.words.iter().find(is_switch) else { return };
    let finding = report
        .add(first.span, format!("`{}` is a switch of cmd, not of {cmdlet}", first.text), help(name, cmdlet))
        .seen(format!("{cmdlet} takes {} for a path or a value", first.text));
    if let Some(fix) = as_cmdlet(context, command, name, cmdlet) {
        finding.fix(fix);
    }
}

fn help(name: &str, cmdlet: &str) -> String {
    match name {
        "rd" | "rmdir" | "del" | "erase" => "write Remove-Item -Recurse -Force, or start `cmd /c`".into(),
        "exit" => "write `exit` with the code alone".into(),
        "set" => "write an assignment: $name = value".into(),
        "start" => "write Start-Process -Wait".into(),
        _ => format!("write {cmdlet} with its own parameters, or start `cmd /c`"),
    }
}

/// The cmdlet with the parameters that do the same, for the switches of a fixed table.
fn as_cmdlet(context: &Context, command: &Command, name: &str, cmdlet: &str) -> Option<Fix> {
    let count = command.words.iter().take_while(|word| word.raw.starts_with('/')).count();
    let (switches, rest) = command.words.split_at(count);
    let mut given: Vec<String> = switches.iter().map(|word| word.text.to_ascii_lowercase()).collect();
    given.sort();
    let parameters = match (name, given.join("").as_str()) {
        ("rd" | "rmdir", "/q/s" | "/s/q") => " -Recurse -Force",
        ("rd" | "rmdir", "/s") | ("del" | "erase", "/f/q/s" | "/q/s" | "/s/q") => " -Recurse -Force",
        ("del" | "erase", "/f" | "/f/q" | "/q") | ("copy" | "move", "/y") => " -Force",
        ("cd" | "chdir", "/d") | ("exit", "/b") => "",
        _ => return None,
    };
    // A second path would need a comma, and a switch may stand at the end.
    let places = if matches!(name, "copy" | "move") { 2 } else { 1 };
    if rest.len() > places || rest.is_empty() && name != "exit" || rest.iter().any(|word| word.raw.starts_with('/')) {
        return None;
    }
    let span = Span::new(command.name.span.start, switches.last()?.span.end);
    let one_line = context.source().line_of(span.start) == context.source().line_of(span.end);
    one_line
        .then(|| Fix::suggested(format!("write {cmdlet}"), vec![Edit::replace(span, format!("{cmdlet}{parameters}"))]))
}

/// What is no alias at all, or means something else: `set X=1`, `mklink`, `call`.
fn others(read: &Read, command: &Command, report: &mut Report) {
    let Some(name) = OTHERS.iter().copied().find(|name| name.eq_ignore_ascii_case(&command.name.text)) else { return };
    let first = command.words.first().map_or("", |word| word.raw.as_str()).to_ascii_lowercase();
    let assigns = command.words.len() == 1 && first.contains('=') && !first.starts_with(['-', '$', '=']);
    let (message, help, seen) = match name {
        "set" if assigns => (
            "`set NAME=value` sets no variable in PowerShell".to_owned(),
            "write $env:NAME = 'value', or use ENV",
            "Set-Variable creates a variable with `=` in its name",
        ),
        "set" => return,
        _ => (
            format!("`{name}` is a command of cmd"),
            "start it with `cmd /c`, or write it as PowerShell",
            "the term is not recognized as the name of a cmdlet",
        ),
    };
    let is_own = read.part.statements().any(|statement| {
        matches!(&statement.kind, StatementKind::Block { bodies, .. }
            if bodies.iter().any(|(body, _)| body.eq_ignore_ascii_case(name)))
    });
    if !is_own {
        report.add(command.name.span, message, help).seen(seen);
    }
}

/// What stands behind `if` in cmd.
const CONDITIONS: [&str; 5] = ["exist", "not", "defined", "errorlevel", "/i"];

/// `if exist x`: PowerShell wants its condition in parentheses.
fn branches(context: &Context, read: &Read, report: &mut Report) {
    // Most statements begin otherwise.
    let may_branch = |statement: &&Statement| begins(context.slice(statement.span), "if");
    for statement in read.part.statements().filter(may_branch) {
        let text = &read.script.text;
        let Some(start) = text.position_of(statement.span.start) else { continue };
        let mut words = text.text()[start..].split_ascii_whitespace();
        let is_if = words.next().is_some_and(|word| word.eq_ignore_ascii_case("if"));
        let condition = words.next().unwrap_or_default().to_ascii_lowercase();
        if is_if && CONDITIONS.contains(&condition.as_str()) {
            let span = Span::new(statement.span.start, statement.span.start + 2);
            report
                .add(span, "this `if` is written for cmd", "write if (...) { ... }, or start `cmd /c`")
                .seen("Missing '(' after 'if' in if statement.");
        }
    }
}

/// `> nul`: PowerShell has `$null`.
fn nul(command: &Command, report: &mut Report) {
    for redirection in &command.redirections {
        let Some(target) = redirection.target.as_ref().filter(|target| target.raw.eq_ignore_ascii_case("nul")) else {
            continue;
        };
        report
            .add(target.span, "`nul` is a device of cmd, not of PowerShell", "write `$null`, or pipe to Out-Null")
            .seen("FileStream was asked to open a device that was not a file.")
            .fix(Fix::suggested("write `$null`", vec![Edit::replace(target.span, "$null")]));
    }
}
