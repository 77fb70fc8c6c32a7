//! Commands in a `RUN` that ask somebody at the keyboard.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::script::{Command, Dialect, Word};
use dockerfile::source::Span;

use crate::listing::Listed;
use crate::ran;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "interactive-prompt-in-run",
    group: Group::Shell,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("interactive_prompt_in_run.md"),
    check,
};

const HELP: &str = "leave it out, or give the answer on the command line: RUN has no keyboard";

fn check(context: &Context, report: &mut Report) {
    for ran in ran::all(context).filter(ran::Ran::is_run) {
        for listed in ran.commands().filter(|listed| !listed.is_fed) {
            let command = listed.command;
            if let Some(option) = stays_open(listed) {
                let message = format!("`{}` keeps the shell open after its command", option.text);
                let finding = report.add(option.span, message, "leave it out, so that the shell ends");
                // PowerShell ends with its input, which a build gives none of.
                let ends = listed.stem != "cmd";
                let finding = if ends { finding.at_most(Severity::Warning) } else { finding };
                if let Some(edit) = closing(context, command, option) {
                    finding.fix(Fix::safe("let the shell end", vec![edit]));
                }
            } else if let Some((span, what)) = asks(listed) {
                report.add(span, format!("{what} asks, and in a build nobody answers"), HELP);
            }
        }
    }
}

/// `/k` of cmd, `-NoExit` of PowerShell, before the command.
fn stays_open<'a>(listed: &Listed<'a>) -> Option<&'a Word> {
    let &Listed { dialect, command, ref stem, .. } = listed;
    if dialect == Dialect::Posix {
        return None;
    }
    let name = |word: &Word| word.text.strip_prefix(['-', '/']).map(str::to_ascii_lowercase);
    match stem.as_str() {
        "cmd" => {
            let ends = |name: &str| name.starts_with(['c', 'r']);
            let mut options = command.words.iter().map_while(|word| Some((word, name(word)?)));
            let first = options.find(|(_, name)| ends(name) || name.starts_with('k'))?;
            (first.1 == "k").then_some(first.0)
        }
        "powershell" | "pwsh" => {
            let begins = |name: &str| {
                !name.is_empty() && ["command", "file", "encodedcommand"].iter().any(|all| all.starts_with(name))
            };
            let mut before = command.words.iter().take_while(|word| !name(word).is_some_and(|name| begins(&name)));
            before.find(|word| name(word).is_some_and(|name| name.len() > 2 && "noexit".starts_with(&name)))
        }
        _ => None,
    }
}

/// `/c` instead of `/k`, and nothing instead of `-NoExit`.
fn closing(context: &Context, command: &Command, option: &Word) -> Option<Edit> {
    let source = context.slice(option.span);
    if let Some(at) = source.find(['k', 'K']).filter(|_| option.text.len() == 2) {
        let at = option.span.start + at as u32;
        return Some(Edit::replace(Span::new(at, at + 1), "c"));
    }
    let next = command.words.iter().find(|word| word.span.start >= option.span.end)?;
    let between = Span::new(option.span.end, next.span.start);
    let is_plain = context.slice(between).chars().all(|char| matches!(char, ' ' | ','));
    is_plain.then(|| Edit::delete(option.span.to(between)))
}

/// What a command asks with.
fn asks(listed: &Listed) -> Option<(Span, String)> {
    let &Listed { dialect, command, stem: ref name, cmdlet, .. } = listed;
    let whole = |what: &str| Some((command.name.span, format!("`{what}`")));
    if dialect == Dialect::Cmd {
        return match name.as_str() {
            "pause" | "choice" => whole(name),
            "set" => {
                let first = command.words.first().filter(|word| word.text.eq_ignore_ascii_case("/p"))?;
                Some((command.name.span.to(first.span), "`set /p`".to_owned()))
            }
            _ => None,
        };
    }
    if !dialect.is_powershell() {
        return None;
    }
    if matches!(name.as_str(), "pause" | "read-host" | "get-credential" | "out-gridview") {
        return whole(&command.name.text);
    }
    let option = command
        .words
        .iter()
        .find(|word| word.raw.eq_ignore_ascii_case("-confirm") || word.raw.eq_ignore_ascii_case("-confirm:$true"))?;
    // A program of that option may mean something else by it.
    let is_cmdlet = cmdlet.is_some() || dockerfile::facts::cmdlets::is_cmdlet_name(name);
    is_cmdlet.then(|| (option.span, format!("`{}`", option.raw)))
}

#[cfg(test)]
mod tests {
    use dockerfile::document::{Builder, Document};
    use dockerfile::source::Source;

    use super::*;
    use crate::{Settings, check};

    #[test]
    fn only_what_waits_for_certain_is_an_error() {
        let severity = |run: &str| {
            let text = format!("FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN {run}\n");
            let document = Document::new(Source::new(text.into()), Builder::Any);
            check(&document, &Settings::only(&[RULE.id])).first().map(|finding| finding.severity)
        };
        assert_eq!(severity("cmd /k dir"), Some(Severity::Error));
        assert_eq!(severity("powershell -NoExit Get-Date"), Some(Severity::Warning));
        assert_eq!(severity("powershell Get-Date"), None);
    }
}
