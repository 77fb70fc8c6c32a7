//! A semicolon between commands of cmd, which reads it as a blank.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::cmdlets::is_cmdlet_name;
use dockerfile::script::Dialect;
use dockerfile::script::cmd::is_builtin;
use dockerfile::script::{Command, Quote, Word};
use dockerfile::source::Span;

use crate::ran::{self, stem};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "semicolon-in-cmd",
    group: Group::Cmd,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Script(&[Dialect::Cmd]),
    also: &[],
    page: include_str!("semicolon_in_cmd.md"),
    check,
};

/// Programs whose names hardly stand as an argument behind a semicolon.
const PROGRAMS: [&str; 36] = [
    "7z",
    "attrib",
    "bash",
    "choco",
    "cmake",
    "curl",
    "dism",
    "dotnet",
    "git",
    "go",
    "icacls",
    "java",
    "msbuild",
    "msiexec",
    "net",
    "netsh",
    "node",
    "npm",
    "nuget",
    "ping",
    "pip",
    "powershell",
    "pwsh",
    "python",
    "reg",
    "rm",
    "robocopy",
    "sc",
    "setx",
    "tar",
    "taskkill",
    "timeout",
    "vcpkg",
    "wget",
    "xcopy",
    "yarn",
];

fn check(context: &Context, report: &mut Report) {
    for ran in ran::all(context) {
        for command in ran.by_cmd().flat_map(|part| part.commands()).map(|listed| listed.command) {
            // The semicolons of another shell's script are its own; a script that begins with a cmdlet is not cmd's.
            if command.nested.is_some() || command.expression.is_some() || is_powershell(&command.name.text) {
                continue;
            }
            let words = std::iter::once(&command.name).chain(&command.words);
            for (word, next) in words.zip(&command.words) {
                let Some(semicolon) = semicolon(context, word).filter(|_| begins_command(command, next)) else {
                    continue;
                };
                let edit = if context.slice(word.span) == ";" {
                    Edit::replace(semicolon, "&&")
                } else {
                    Edit::replace(semicolon, " &&")
                };
                report
                    .add(
                        semicolon,
                        format!("cmd reads `;` as a blank: `{}` is one more argument", next.text),
                        "write `&&`, which runs the second command after the first has succeeded",
                    )
                    .seen(format!("{} gets all that follows as arguments", command.name.text.trim_end_matches(';')))
                    .fix(Fix::suggested("write &&", vec![edit]));
            }
        }
    }
}

/// The semicolon at the end of a word that no quotes hold.
fn semicolon(context: &Context, word: &Word) -> Option<Span> {
    let is_last = word.raw.ends_with(';') && word.quote == Quote::None && context.slice(word.span).ends_with(';');
    is_last.then(|| Span::new(word.span.end - 1, word.span.end))
}

fn is_powershell(name: &str) -> bool {
    name.starts_with(['$', '[', '(']) || is_cmdlet_name(name.trim_end_matches(';'))
}

/// Whether a word is the name of a command rather than an argument.
fn begins_command(command: &Command, word: &Word) -> bool {
    let text = word.text.trim_end_matches(';');
    let lower = text.to_ascii_lowercase();
    let is_script = [".exe", ".cmd", ".bat", ".ps1"].iter().any(|end| lower.ends_with(end));
    let is_own = text.eq_ignore_ascii_case(&command.name.text) && !text.is_empty();
    let is_word = !matches!(lower.as_str(), "do" | "path" | "time" | "date" | "title" | "color" | "keys" | "break");
    is_own || is_script || is_word && is_builtin(text) || PROGRAMS.contains(&stem(text).as_str()) || is_powershell(text)
}
