//! A `SHELL` whose argument is no JSON array.

use dockerfile::ast::{CommandLine, Form, JsonFaultKind, Keyword, Kind, split_blanks};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::model::view;
use dockerfile::splice::Spliced;

use super::array::{first_flaw, fix};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "shell-not-json",
    group: Group::Escape,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Shell]),
    also: &[],
    page: include_str!("shell_not_json.md"),
    check,
};

const MESSAGE: &str = "SHELL takes a JSON array of strings, and this is none";
const HELP: &str = "write the program and each argument in double quotes: SHELL [\"powershell\", \"-Command\"]";

fn check(context: &Context, report: &mut Report) {
    let mut broken = context.arrays.iter().filter(|array| array.keyword == Keyword::Shell).peekable();
    for outer in context.instructions() {
        let instruction = outer.innermost();
        let array = broken.next_if(|array| array.instruction.index == outer.index);
        let (Some(Keyword::Shell), Kind::Command(CommandLine { form: Form::Shell(text), fault })) =
            (instruction.keyword, &instruction.kind)
        else {
            continue;
        };
        // No words at all, and an array of more than strings, are syntax errors of every instruction.
        if text.is_empty() || fault.as_ref().is_some_and(|fault| fault.kind == JsonFaultKind::NotStrings) {
            continue;
        }
        let intent = array.and_then(|array| array.intent());
        let (span, help, mend) = match intent.as_ref().and_then(|intent| Some((intent, first_flaw(intent)?))) {
            Some((intent, flaw)) if flaw.kind == JsonFaultKind::BadEscape => (
                flaw.inner,
                "write `\\\\` for each backslash: in JSON it escapes",
                fix("double the backslashes", intent),
            ),
            Some((intent, flaw)) => (flaw.span, HELP, fix("make it JSON", intent)),
            None => (fault.as_ref().map_or(text.whole(), |fault| fault.span), HELP, words(text)),
        };
        let finding = report.add(span, MESSAGE, help).seen("SHELL requires the arguments to be in JSON form");
        if let Some(fix) = mend {
            finding.fix(fix);
        }
    }
}

/// The words of a text without quotes and brackets as an array.
fn words(text: &Spliced) -> Option<Fix> {
    if text.text().contains(['"', '\'', '[', ']', '$']) {
        return None;
    }
    let words: Vec<String> =
        split_blanks(text, 0..text.text().len()).iter().map(|word| word.as_str().to_owned()).collect();
    let array = view::json_array(&words).replace("\",\"", "\", \"");
    Some(Fix::suggested("make the words an array", vec![Edit::replace(text.whole(), array)]))
}
