//! Installers that ask, and the edits that give a program further arguments, however it is started.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Edit;
use dockerfile::effect::program::Starter;
use dockerfile::model::{Installation, Started};
use dockerfile::script::{Separator, Statement};
use dockerfile::source::Span;

use crate::Context;
use crate::listing::{Listed, Listing};

/// The installers that `RUN` starts.
pub(super) fn installers<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Started, &'a Installation)> {
    let run = context.programs().iter().filter(|program| program.keyword == Some(Keyword::Run));
    run.filter_map(|program| program.install.as_ref().map(|install| (program, install)))
}

/// The installers that wait for an answer.
pub(super) fn loud<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a Started, &'a Installation)> {
    installers(context).filter(|(_, install)| install.silent == Some(false))
}

/// Whether a `RUN` goes on in PowerShell while a window program that it calls by name still works.
pub(super) fn is_left_behind(program: &Started) -> bool {
    let by_name = program.dialect.is_powershell() && program.starter == Starter::Name;
    by_name && !program.waits && !program.awaited && program.keyword == Some(Keyword::Run)
}

/// The command with `Start-Process`, which waits and ends with its exit code unless that is a success; where all
/// arguments are plain text.
pub(super) fn with_start_process(context: &Context, program: &Started, success: &[i64]) -> Option<Edit> {
    let listing = context.script(program.step)?;
    let is_statement = program.statement == program.span && !program.fed;
    if !is_statement || !takes_statements(listing, program) {
        return None;
    }
    let plain = |text: &str| !text.is_empty() && !text.contains(['\'', '"', '$', '`', ' ', '(', '@', '\n', ',']);
    let file = context.slice(program.name_span);
    let quoted = file.strip_prefix('\'').and_then(|file| file.strip_suffix('\''));
    let is_file = plain(file) || quoted.is_some_and(|file| plain(&file.replace(' ', "_")));
    // What a double quote keeps together is told by the argument's text only where the quote is not taken away before.
    let is_one_piece = !context.slice(program.span).contains(['\n', '"']);
    if !is_one_piece || !is_file || !program.arguments.iter().all(|argument| plain(&argument.text)) {
        return None;
    }
    let quoted: Vec<String> = program.arguments.iter().map(|argument| format!("'{}'", argument.text)).collect();
    let list = if quoted.is_empty() { String::new() } else { format!(" -ArgumentList {}", quoted.join(",")) };
    let codes: Vec<String> = success.iter().map(ToString::to_string).collect();
    let failed = if success.len() < 2 { String::new() } else { format!(" -notin {}", codes.join(",")) };
    let text =
        format!("$p = Start-Process {file}{list} -Wait -PassThru; if ($p.ExitCode{failed}) {{ exit $p.ExitCode }}");
    Some(Edit::replace(program.span, text))
}

/// Whether two statements can stand where the program stands: in the script of PowerShell that the stage's shell reads, which
/// chains nothing and whose `$p` and exit codes nobody reads.
fn takes_statements(listing: &Listing, program: &Started) -> bool {
    let script = &listing.run.script;
    let text = script.text.text().to_ascii_lowercase();
    let is_chained = |statement: &&Statement| !matches!(statement.separator, Separator::End | Separator::Always);
    let is_its = |listed: &Listed| listed.command.span == program.span;
    let own = listing.parts().next();
    script.dialect.is_powershell()
        && !listing.run.exec
        && own.is_some_and(|part| part.commands().any(is_its) && part.statements().find(is_chained).is_none())
        && !listing.commands.iter().any(|listed| matches!(listed.stem.as_str(), "iex" | "invoke-expression"))
        && !uses_p(&text)
        && !text.contains("lastexitcode")
        && !text.contains("$?")
}

/// Whether a script in lower case speaks of `$p`, which the edits set.
pub(super) fn uses_p(lower: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
    lower.match_indices("$p").any(|(at, _)| ends(&lower[at + 2..])) || lower.contains("${p}")
}

/// The edits that add arguments behind those that are there; none where the place to put them is not written out.
pub(super) fn add(context: &Context, program: &Started, extra: &[&str]) -> Option<Vec<Edit>> {
    let in_array = context.model().steps[program.step].script.as_ref().is_some_and(|run| run.exec);
    let quoted = |quote: char| extra.iter().map(|it| format!("{quote}{it}{quote}")).collect::<Vec<_>>().join(",");
    if program.exec {
        let text: String = extra.iter().map(|it| format!(", \"{it}\"")).collect();
        return Some(vec![Edit::insert(program.words_end, text)]);
    }
    // An argument of the array with a blank in it would get quotes.
    if in_array {
        return None;
    }
    let end = context.behind(Span::new(program.span.start, program.words_end));
    match (program.starter, program.list) {
        (Starter::StartProcess, None) => Some(vec![Edit::insert(end, format!(" -ArgumentList {}", quoted('\'')))]),
        (Starter::StartProcess, Some(list)) => {
            let written = context.slice(list);
            if written.ends_with(')') && written.starts_with("@(") && !written.contains('$') {
                return Some(vec![Edit::insert(list.end - 1, format!(",{}", quoted('\'')))]);
            }
            let is_list = written.contains(',');
            let quote = written.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
            if !written.ends_with(quote) || written.ends_with("\\\"") || written.len() < 2 {
                return None;
            }
            Some(vec![if is_list {
                Edit::insert(list.end, format!(",{}", quoted('\'')))
            } else {
                Edit::insert(list.end - 1, format!(" {}", extra.join(" ")))
            }])
        }
        _ => Some(vec![Edit::insert(end, format!(" {}", extra.join(" ")))]),
    }
}
