//! Statements that nothing separates from the one before: joined lines are one line for the shell, which takes a
//! statement that begins there for an argument.

use std::ptr;

use crate::facts::cmdlets::cmdlet;
use crate::source::Span;

use super::powershell::bind;
use super::{Command, Dialect, Quote, Script, Separator, Statement, StatementKind, Word};

/// A statement that nothing separates from the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fused {
    /// Its first word.
    pub span: Span,
    /// The command that it is an argument of; empty where the shell refuses to read on.
    pub command: String,
}

/// Programs and their first arguments: together they are a command and no arguments of another one. An argument
/// that is a sign stands for all that begin with it; none at all stands for any.
const PROGRAMS: [(&str, &str); 42] = [
    ("bundle", "install config exec"),
    ("call", ""),
    ("cd", ". % $ \\ C:"),
    ("certutil", "-"),
    ("choco", "install upgrade uninstall feature config source pin"),
    ("cmake", "-"),
    ("cmd", "/"),
    ("conda", "install create config"),
    ("copy", ". % \\ C:"),
    ("curl", "-"),
    ("del", ""),
    ("dism", "/"),
    ("dotnet", "restore build publish test tool nuget pack"),
    ("exit", "$ % /b 0 1 2"),
    ("for", "% /"),
    ("gem", "install uninstall update"),
    ("git", "clone config checkout lfs submodule"),
    ("gpg", "-"),
    ("icacls", ". % C:"),
    ("md", ". % C:"),
    ("mkdir", ""),
    ("move", ". % C:"),
    ("msbuild", ". / -"),
    ("msiexec", "/ -"),
    ("net", "user localgroup start stop use"),
    ("netsh", "advfirewall http interface"),
    ("npm", "install ci run config"),
    ("nuget", "install restore sources"),
    ("pip", "install config download"),
    ("powershell", "-"),
    ("pwsh", "-"),
    ("python", "-"),
    ("rd", ". % / C:"),
    ("reg", "add delete import query"),
    ("regsvr32", ". / C:"),
    ("rmdir", ""),
    ("robocopy", ". % C:"),
    ("sc", "config create start stop"),
    ("setx", ""),
    ("tar", "-"),
    ("xcopy", ". % / C:"),
    ("yarn", "install config run"),
];

/// What begins the names of cmdlets, also of those that no table knows.
const VERBS: [&str; 22] = [
    "add", "copy", "disable", "enable", "expand", "get", "import", "install", "invoke", "move", "new", "register",
    "remove", "rename", "restart", "save", "set", "start", "stop", "test", "update", "write",
];

/// Commands that get the names of other commands as arguments.
const NAMERS: [&str; 13] = [
    "cmd",
    "export-modulemember",
    "gcm",
    "get-alias",
    "get-command",
    "get-help",
    "help",
    "man",
    "new-alias",
    "powershell",
    "pwsh",
    "set-alias",
    "wsl",
];

/// Commands that get a program and its arguments.
const STARTERS: [&str; 7] = ["call", "invoke-expression", "runas", "saps", "start", "start-job", "start-process"];

/// Commands with more words than this are not looked at: no process takes them.
const MAX_WORDS: usize = 4096;

impl Script {
    /// The statements of this script itself that nothing separates from the one before, in order of place.
    /// `begins_line` says whether a line of the file begins at a place.
    pub fn fused(&self, begins_line: &dyn Fn(Span) -> bool) -> Vec<Fused> {
        if !self.faults.is_empty() || self.dialect == Dialect::Posix {
            return Vec::new();
        }
        let mut found = Vec::new();
        for command in self.own_commands() {
            let is_plain = command.expression.is_none() && command.nested.is_none();
            if !is_plain || command.words.len() > MAX_WORDS {
                continue;
            }
            let at_line: Vec<usize> =
                (0..command.words.len()).filter(|&at| begins_line(command.words[at].span)).collect();
            if !at_line.is_empty() && !is_one_of(&NAMERS, command) {
                let starts = at_line.into_iter().filter(|&at| begins_statement(command, at, self.dialect));
                let fused = |at: usize| Fused { span: command.words[at].span, command: command.name.text.clone() };
                found.extend(starts.map(fused));
            }
        }
        if self.dialect.is_powershell() {
            let statements: Vec<&Statement> = self.own_statements();
            found.extend(
                refused(&statements)
                    .filter(|span| begins_line(*span))
                    .map(|span| Fused { span, command: String::new() }),
            );
        }
        found.sort_by_key(|fused| fused.span);
        found.dedup_by_key(|fused| fused.span);
        found
    }
}

fn is_one_of(names: &[&str], command: &Command) -> bool {
    let name = stem(&command.name.text);
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// A name without `.exe`.
fn stem(name: &str) -> &str {
    let end = name.len().saturating_sub(4);
    if name.is_char_boundary(end) && name[end..].eq_ignore_ascii_case(".exe") { &name[..end] } else { name }
}

/// Where PowerShell finds a statement where it expects the end of an expression.
fn refused<'a>(statements: &'a [&Statement]) -> impl Iterator<Item = Span> + 'a {
    statements.iter().enumerate().filter_map(|(index, statement)| {
        let is_open = match &statement.kind {
            StatementKind::Assignment { value, .. } => {
                !value.last().is_some_and(|last| matches!(last.kind, StatementKind::Block { .. }))
            }
            StatementKind::Pipeline(commands) => commands.last().is_some_and(|last| last.expression.is_some()),
            StatementKind::Block { .. } => false,
        };
        if !is_open || statement.separator != Separator::Always || !statement.separator_span.is_empty() {
            return None;
        }
        let next = statements[index + 1..].iter().find(|next| next.span.start >= statement.span.end)?;
        Some(first_word(next))
    })
}

/// The first word of a statement.
fn first_word(statement: &Statement) -> Span {
    match &statement.kind {
        StatementKind::Pipeline(commands) => commands.first().map_or(statement.span, |command| command.name.span),
        StatementKind::Assignment { target, .. } => target.span,
        StatementKind::Block { keyword, .. } => {
            Span::new(statement.span.start, (statement.span.start + keyword.len() as u32).min(statement.span.end))
        }
    }
}

/// Whether the word begins a statement and is no argument.
fn begins_statement(command: &Command, at: usize, dialect: Dialect) -> bool {
    let word = &command.words[at];
    let next = command.words.get(at + 1);
    if word.quote != Quote::None {
        return false;
    }
    let raw = word.raw.as_str();
    if dialect == Dialect::Cmd {
        // Who writes `;` before it means another shell, or takes `;` for a separator: not what is missing here.
        let before = if at == 0 { &command.name } else { &command.words[at - 1] };
        return !before.raw.ends_with(';') && !is_one_of(&STARTERS, command) && is_program(raw, next);
    }
    let opens = |sign: char| next.is_some_and(|next| next.raw.starts_with(sign));
    let is_keyword = |keywords: &[&str]| keywords.iter().any(|keyword| keyword.eq_ignore_ascii_case(raw));
    let begins = is_cmdlet(raw, dialect)
        || !is_one_of(&STARTERS, command) && (is_alias(raw, next, dialect) || is_program(raw, next))
        || raw.starts_with('$') && next.is_some_and(|next| matches!(next.raw.as_str(), "=" | "+="))
        || raw.starts_with('[') && raw.contains("]::")
        || is_keyword(&["if", "foreach", "while", "switch"]) && opens('(')
        || is_keyword(&["try"]) && opens('{');
    begins && !is_value(command, at, dialect)
}

/// Whether the word may be the value of the parameter before it.
fn is_value(command: &Command, at: usize, dialect: Dialect) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &command.words[before]) else { return false };
    let is_parameter = before.quote == Quote::None && before.raw.starts_with('-');
    let Some(bound) = bind(command, dialect).filter(|_| is_parameter) else {
        let names = ["-c", "-command", "-name", "-cmdlet", "-function", "-alias", "-argumentlist", "-filepath"];
        return is_parameter && names.iter().any(|name| name.eq_ignore_ascii_case(&before.raw));
    };
    let taken = bound.parameters.iter().any(|(_, value)| value.is_some_and(|value| ptr::eq(value, &command.words[at])));
    taken || bound.unknown.iter().any(|unknown| ptr::eq(*unknown, before))
}

fn is_cmdlet(name: &str, dialect: Dialect) -> bool {
    let Some((verb, noun)) = name.split_once('-') else { return false };
    let by_form = VERBS.iter().any(|known| known.eq_ignore_ascii_case(verb))
        && noun.starts_with(|char: char| char.is_ascii_uppercase())
        && noun.bytes().all(|byte| byte.is_ascii_alphanumeric());
    by_form || cmdlet(name, dialect).is_some()
}

/// An alias of a cmdlet with something that looks like an argument behind it.
fn is_alias(name: &str, next: Option<&Word>, dialect: Dialect) -> bool {
    let signs = ["-", "$", "http", ".\\", "\\", "C:\\"];
    name.len() > 1
        && cmdlet(name, dialect).is_some()
        && next.is_some_and(|next| signs.iter().any(|sign| next.raw.starts_with(sign)))
}

fn is_program(name: &str, next: Option<&Word>) -> bool {
    let name = stem(name);
    let Some((_, arguments)) = PROGRAMS.iter().find(|(program, _)| program.eq_ignore_ascii_case(name)) else {
        return false;
    };
    next.is_some_and(|next| {
        let fits = |argument: &str| {
            let is_word = argument.starts_with(|char: char| char.is_ascii_lowercase());
            let text = if is_word { Some(next.text.as_str()) } else { next.text.get(..argument.len()) };
            text.is_some_and(|text| text.eq_ignore_ascii_case(argument))
        };
        arguments.is_empty() || arguments.split(' ').any(fits)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::splice::Spliced;

    /// The fused statements of a script whose lines are joined, with the commands that take them.
    fn fused(lines: &[&str], dialect: Dialect) -> Vec<(String, String)> {
        let source = lines.join("\n");
        let (mut text, mut at) = (Spliced::default(), 0);
        for line in lines {
            text.push(line, Span::new(at, at + line.len() as u32));
            at += line.len() as u32 + 1;
        }
        let starts = |span: Span| source[..span.start as usize].trim_end_matches(' ').ends_with('\n');
        let script = crate::script::parse(text, dialect);
        let found = script.fused(&starts);
        found.into_iter().map(|fused| (source[fused.span.range()].to_owned(), fused.command)).collect()
    }

    #[test]
    fn arguments_that_begin_a_statement_are_found() {
        let old = Dialect::WindowsPowerShell;
        for (lines, dialect, word, command) in [
            (&["New-Item -ItemType Directory C:\\a ", " New-Item C:\\b"][..], old, "New-Item", "New-Item"),
            (&["Set-Content x y -Force ", "$a = 1"], old, "$a", "Set-Content"),
            (&["choco install a -y ", "choco install b -y"], old, "choco", "choco"),
            (&["ls | % { $_ } ", "Remove-Item x"], old, "Remove-Item", "%"),
            (&["Write-Host 'no' ", "exit 1"], old, "exit", "Write-Host"),
            (&["rm a ", "wget -Uri https://x -OutFile y"], old, "wget", "rm"),
            (&["[Net.A]::B = [Net.C]::D ", "iwr https://x"], old, "iwr", ""),
            (&["npm install ", "if (Test-Path x) { 1 }"], old, "if", "npm"),
            (&["./x.ps1 -y ", "[Environment]::Exit(1)"], old, "[Environment]::Exit", "./x.ps1"),
            (&["$x = 'a' ", "Write-Host $x"], old, "Write-Host", ""),
            (&["[Net.X]::Y = 1 ", "$a = 2"], old, "$a", ""),
            (&["md C:\\a ", "  md C:\\b"], Dialect::Cmd, "md", "md"),
            (&["choco install git -y ", "setx A B"], Dialect::Cmd, "setx", "choco"),
        ] {
            assert_eq!(fused(lines, dialect), [(word.to_owned(), command.to_owned())], "{lines:?}");
        }
    }

    #[test]
    fn arguments_that_are_arguments_are_none() {
        let old = Dialect::WindowsPowerShell;
        for (lines, dialect) in [
            (&["New-Item a; ", "New-Item b"][..], old),
            (&["New-Item a | ", "Out-Null"], old),
            (&["New-Item a New-Item b"], old),
            (&["Start-Process -Wait ", "msiexec -ArgumentList x"], old),
            (&["Get-Command ", "New-Item"], old),
            (&["Set-Content -Value ", "New-Item"], old),
            (&["if ($a) { 1 } ", "New-Item b"], old),
            (&["$x = @( 'a', ", "'b' )"], old),
            (&["$x = 'a' + ", "'b'"], old),
            (&["Get-X -A b ", "-C d"], old),
            (&["choco install -y ", "git ", "nodejs"], old),
            (&["powershell -Command ", "New-Item a"], Dialect::Cmd),
            (&["if exist a ", "del /q a"], Dialect::Cmd),
            (&["start /wait ", "msiexec /i a.msi"], Dialect::Cmd),
            (&["md a && ", "md b"], Dialect::Cmd),
            (&["md a; ", "choco install b"], Dialect::Cmd),
            (&["npm ", "install"], Dialect::Cmd),
        ] {
            assert_eq!(fused(lines, dialect), [], "{lines:?}");
        }
    }
}
