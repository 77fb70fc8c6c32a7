//! A `SHELL` whose shell does not take the command that the builder appends.

use dockerfile::ast::{Form, Keyword, Kind, Word};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::model::program_dialect;
use dockerfile::script::Dialect;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "shell-missing-command-flag",
    group: Group::Shell,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Shell]),
    also: &[],
    page: include_str!("shell_missing_command_flag.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for outer in context.instructions() {
        let instruction = outer.innermost();
        let Kind::Command(line) = &instruction.kind else { continue };
        let Form::Exec(words) = &line.form else { continue };
        let at = words.iter().position(|word| program_dialect(word.as_str()).is_some());
        let Some(at) = at.filter(|_| instruction.keyword == Some(Keyword::Shell)) else { continue };
        let (program, rest) = (&words[at], &words[at + 1..]);
        let (message, flag, seen) = match program_dialect(program.as_str()) {
            Some(Dialect::PowerShell) if !rest.iter().any(takes_script) => (
                "without `-Command`, pwsh takes the command for the name of a script file",
                "\"-Command\"",
                "The argument '...' is not recognized as the name of a script file.",
            ),
            Some(Dialect::Cmd) if !rest.iter().any(takes_line) => (
                "without `/C`, cmd does not run the command",
                "\"/S\", \"/C\"",
                "cmd starts, finds its input at the end and leaves with success",
            ),
            _ => continue,
        };
        let last = rest.last().unwrap_or(program);
        let edit = Edit::insert(last.span.end, format!(", {flag}"));
        let help = format!("end the shell with {flag}");
        report.add(program.span, message, help).seen(seen).fix(Fix::safe(format!("add {flag}"), vec![edit]));
    }
}

/// Whether a word of pwsh begins the script, or names a file to be run.
fn takes_script(word: &Word) -> bool {
    let first = word.as_str().split_ascii_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    let Some(name) = first.strip_prefix(['-', '/']) else { return first.ends_with(".ps1") };
    let begins = |full: &str, least: usize| name.len() >= least && full.starts_with(name);
    begins("command", 1)
        || begins("file", 1)
        || begins("commandwithargs", 1)
        || begins("encodedcommand", 1)
        || matches!(name, "ec" | "cwa")
}

/// Whether a word of cmd has the switch that begins the command.
fn takes_line(word: &Word) -> bool {
    let text = word.as_str().to_ascii_lowercase();
    ["/c", "/k", "/r"].iter().any(|switch| text.contains(switch))
}
