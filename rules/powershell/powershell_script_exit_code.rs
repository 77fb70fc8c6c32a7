//! A script file that PowerShell runs as a command.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::script::{Command, Dialect, Quote, StatementKind};
use dockerfile::source::Span;

use super::read::{Read, scripts};
use crate::{Context, Fixable, Group, Platform, Report, Rule, needs};

pub(super) static RULE: Rule = Rule {
    id: "powershell-script-exit-code",
    group: Group::PowerShell,
    severity: Severity::Warning,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: needs::POWERSHELL,
    also: &[],
    page: include_str!("powershell_script_exit_code.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for read in scripts(context) {
        // For a health check every failure is 1.
        let counts = matches!(read.instruction.keyword, Some(Keyword::Run | Keyword::Cmd | Keyword::Entrypoint));
        let Some((outer, starter)) = read.starter.filter(|_| counts) else { continue };
        let Some(called) = only_script(&read) else { continue };
        let file = called.name.text.rsplit(['\\', '/']).next().unwrap_or_default();
        let finding = report
            .add(
                called.name.span,
                format!("the exit code of {file} becomes 1 or is lost"),
                "use -File, which returns the exit code of the script",
            )
            .seen("-Command turns every failure that the script reports into 1");
        if let Some(edits) = as_file(context, &read, outer.script().dialect, starter, called) {
            finding.fix(Fix::suggested("use -File", edits));
        }
    }
}

/// The call of a script file, when the script is nothing else.
fn only_script<'a>(read: &Read<'a>) -> Option<&'a Command> {
    let [statement] = read.script.statements.as_slice() else { return None };
    let StatementKind::Pipeline(commands) = &statement.kind else { return None };
    let [command] = commands.as_slice() else { return None };
    let name = command.name.text.to_ascii_lowercase();
    (command.expression.is_none() && name.ends_with(".ps1")).then_some(command)
}

/// `-File` in the place of `-Command`, or before the name. What follows `-File` is plain text, so nothing that
/// PowerShell would put in may stand there.
fn as_file(context: &Context, read: &Read, outer: Dialect, starter: &Command, called: &Command) -> Option<Vec<Edit>> {
    let words = std::iter::once(&called.name).chain(&called.words);
    let is_plain = words.clone().all(|word| {
        let is_bare = word.quote == Quote::None && !word.raw.contains(['\'', '`', ',', '(', '{', '@']);
        is_bare && word.literal().is_some()
    });
    let whole = read.script.text.whole();
    // Quotes of the caller around the whole script would become a part of the file's name.
    let is_one =
        called.words.is_empty() || !context.slice(Span::new(whole.start.saturating_sub(1), whole.start)).eq("\"");
    if !is_plain || !called.redirections.is_empty() || !is_one || outer == Dialect::Posix {
        return None;
    }
    let before = starter.words.iter().rfind(|word| word.span.end <= whole.start);
    let is_command = |text: &str| {
        let name = text.trim_start_matches(['-', '/']).to_ascii_lowercase();
        text.starts_with(['-', '/']) && !name.is_empty() && "command".starts_with(&name)
    };
    let mut edits = Vec::new();
    match before.filter(|word| is_command(&word.text)) {
        Some(word) => {
            let place = context.slice(word.span).find(['-', '/'])? as u32 + word.span.start;
            edits.push(Edit::replace(Span::new(place, place + word.text.len() as u32), "-File"));
        }
        None if read.exec => {
            let word = starter.words.iter().find(|word| word.span.end > whole.start)?;
            edits.push(Edit::insert(word.span.start, "\"-File\", "));
        }
        None => edits.push(Edit::insert(whole.start, "-File ")),
    }
    // A `;` at the end would be a part of the last argument.
    if let [statement] = read.script.statements.as_slice()
        && !statement.separator_span.is_empty()
    {
        edits.push(Edit::delete(statement.separator_span));
    }
    if called.span.start < called.name.span.start {
        edits.push(Edit::delete(Span::new(called.span.start, called.name.span.start)));
    }
    Some(edits)
}
