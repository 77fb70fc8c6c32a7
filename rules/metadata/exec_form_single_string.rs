//! An exec form whose first string holds a whole command.

use dockerfile::ast::{CommandLine, Form, Instruction, Keyword, Kind, Word};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::document::Builder;
use dockerfile::script::{has_program_extension, whole_command};
use dockerfile::source::Span;

use super::start::starts;
use crate::ran::known;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exec-form-single-string",
    group: Group::Metadata,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Cmd, Keyword::Entrypoint, Keyword::Healthcheck, Keyword::Run]),
    also: &[],
    page: include_str!("exec_form_single_string.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let by_buildkit = context.document.builder == Builder::BuildKit;
    for outer in context.instructions() {
        let instruction = outer.innermost();
        match (instruction.keyword, &instruction.kind) {
            (Some(Keyword::Run), Kind::Command(line)) => {
                // BuildKit joins the strings of a `RUN` again, without quotes.
                add(context, instruction, line, by_buildkit, report);
            }
            (_, Kind::Healthcheck { command: Some(line), .. }) => add(context, instruction, line, false, report),
            _ => {}
        }
    }
    for start in starts(context).filter(|start| start.is_program) {
        let is_cmd = start.instruction.keyword == Some(Keyword::Cmd);
        let is_sure = !is_cmd || known(start.stage).is_some();
        // An image that nobody knows may have an `ENTRYPOINT` to which this is a script.
        if is_sure || first(start.line).is_some_and(|word| names_program(word.as_str())) {
            // With a `CMD`, BuildKit says of the image that its words have their quotes already.
            let works = by_buildkit && start.stage.launch.cmd.is_some();
            add(context, start.instruction, start.line, works || !is_sure, report);
        }
    }
}

fn add(context: &Context, instruction: &Instruction, line: &CommandLine, may_work: bool, report: &mut Report) {
    let Some(word) = first(line) else { return };
    let Some(end) = whole_command(word.as_str()) else { return };
    let name = instruction.keyword.map_or("", Keyword::name);
    let finding = report
        .add(
            word.span,
            "a whole command in one string: Windows looks for a file of that name",
            format!("write each argument of {name} as a string of its own"),
        )
        .seen(format!("\"{}\"", word.as_str()));
    let finding = if may_work { finding.at_most(Severity::Warning) } else { finding };
    if let Some(edits) = split(context, word, end) {
        finding.fix(Fix::suggested("write program and arguments as strings of their own", edits));
    }
}

fn first(line: &CommandLine) -> Option<&Word> {
    match &line.form {
        Form::Exec(words) => words.first(),
        Form::Shell(_) => None,
    }
}

/// Whether the string begins with what can only be a program.
fn names_program(text: &str) -> bool {
    whole_command(text).is_some_and(|end| {
        let name = text[..end].to_ascii_lowercase();
        name.contains('.') || matches!(name.as_str(), "cmd" | "powershell" | "pwsh")
    })
}

/// Quotes and commas in place of the blanks behind the program, where no quotes could keep words together and no shell is
/// needed.
fn split(context: &Context, word: &Word, end: usize) -> Option<Vec<Edit>> {
    let (written, text) = (context.slice(word.span), word.as_str());
    // JSON may write a blank as `\u0020`; all others stand as they are, so that the blanks of both texts are the same.
    let has_codes = written.replace("\\\\", "").contains("\\u");
    let is_plain = !has_codes && !written.contains("\\\"") && !written.contains(['\'', '\n', '$']);
    let (program, arguments) = text.split_at_checked(end)?;
    if !is_plain || !written.ends_with('"') || needs_shell(arguments) || may_be_cut(program, arguments) {
        return None;
    }
    let at = written.match_indices(' ').nth(program.matches(' ').count())?.0;
    let inner = written.trim_end_matches('"').trim_end().len();
    let words: String =
        written.get(at..inner)?.split_ascii_whitespace().map(|argument| format!("\", \"{argument}")).collect();
    let span = Span::new(word.span.start + u32::try_from(at).ok()?, word.span.end - 1);
    Some(vec![Edit::replace(span, words)])
}

/// Whether a word is an operator of a shell, or begins with one: `&`, `||`, `>`, `2>&1`.
fn needs_shell(arguments: &str) -> bool {
    let is_operator =
        |word: &str| word.trim_start_matches(|char: char| char.is_ascii_digit()).starts_with(['&', '|', '<', '>']);
    arguments.split_whitespace().any(is_operator)
}

/// Whether a path with blanks may be cut: where the program's name could end at several places, or in an argument.
fn may_be_cut(program: &str, arguments: &str) -> bool {
    let is_path = |text: &str| text.to_ascii_lowercase().contains("program files");
    let mut ends = arguments.match_indices(' ').map(|(at, _)| at).chain([arguments.len()]);
    let is_end = |at: usize| has_program_extension(&arguments[..at]);
    let is_open = has_program_extension(program) && ends.any(is_end);
    is_path(arguments) || is_open || arguments.contains('\t')
}

#[cfg(test)]
mod tests {
    use dockerfile::document::Document;
    use dockerfile::source::Source;

    use super::*;
    use crate::{Settings, check};

    #[test]
    fn what_works_by_chance_is_no_error() {
        let severity = |builder, image: &str, lines: &str| {
            let document = Document::new(Source::new(format!("FROM {image}\n{lines}\n").into()), builder);
            check(&document, &Settings::only(&[RULE.id])).first().map(|finding| finding.severity)
        };
        let (core, unknown) = ("mcr.microsoft.com/windows/servercore:ltsc2022", "example.com/windows-base:1");
        let (error, warning) = (Some(Severity::Error), Some(Severity::Warning));
        for (image, lines, by_any, by_buildkit) in [
            (core, "CMD [\"a.exe -b\"]", error, warning),
            (core, "RUN [\"cmd /c dir\"]", error, warning),
            (core, "ENTRYPOINT [\"a.exe -b\"]", error, error),
            (core, "ENTRYPOINT [\"a.exe -b\"]\nCMD [\"-c\"]", error, warning),
            (core, "HEALTHCHECK CMD [\"a.exe -b\"]", error, error),
            (core, "CMD [\"C:\\\\Program Files\\\\a.exe\"]", None, None),
            (unknown, "CMD [\"a.exe -b\"]", warning, warning),
            (unknown, "CMD [\"worker -b\"]", None, None),
        ] {
            assert_eq!(severity(Builder::Any, image, lines), by_any, "{lines}");
            assert_eq!(severity(Builder::BuildKit, image, lines), by_buildkit, "{lines}");
        }
    }

    #[test]
    fn no_fix_cuts_what_belongs_together() {
        let is_fixed = |first: &str| {
            let text = format!("FROM mcr.microsoft.com/windows/servercore:ltsc2022\nENTRYPOINT [\"{first}\"]\n");
            let document = Document::new(Source::new(text.into()), Builder::Any);
            check(&document, &Settings::only(&[RULE.id])).first().map(|finding| finding.fix.is_some())
        };
        for (first, expected) in [
            (r"a.exe -b", Some(true)),
            (r"C:\\users\\a.exe -b", Some(true)),
            (r"a\u0020b.exe  ", Some(false)),
            (r"a.exe\u0020-b", Some(false)),
            (r"a.exe -b && c.exe", Some(false)),
            (r"a.exe -b 2>&1", Some(false)),
            (r"a.exe >log.txt", Some(false)),
            (r"a.exe --url=x?a&b", Some(true)),
            (r"powershell -File C:\\Program Files\\x.ps1", Some(false)),
            (r"C:\\my.exe folder\\b.exe -x", Some(false)),
            (r"C:\\Program Files\\Booking.com Tools\\agent.exe", None),
            (r"C:\\my-app -x\\run.exe", None),
            (r" --serve", None),
        ] {
            assert_eq!(is_fixed(first), expected, "{first}");
        }
    }
}
