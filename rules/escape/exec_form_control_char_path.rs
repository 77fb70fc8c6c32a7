//! An exec form whose JSON turns the backslashes of a path into control characters.

use dockerfile::ast::json;
use dockerfile::diagnostic::{Fix, Severity};

use super::array::meaning;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "exec-form-control-char-path",
    group: Group::Escape,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("exec_form_control_char_path.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for array in context.arrays.iter().filter(|array| array.is_command() && array.fault.is_none()) {
        if !has_meaning(array.text.text()) {
            continue;
        }
        let Some(intent) = array.intent().filter(|intent| !intent.flaws.is_empty()) else { continue };
        let Ok(read) = json::parse(&array.text, 0..array.text.text().len()) else { continue };
        for (word, read) in intent.words.iter().zip(&read) {
            let mut flaws = intent.flaws.iter().filter(|flaw| word.inner.contains(flaw.span));
            let Some(first) = flaws.next() else { continue };
            let escaped = context.source().text()[first.span.end as usize..].chars().next().unwrap_or('\\');
            let message = format!("JSON reads `\\{escaped}` in this path as {}", meaning(escaped));
            let mut finding = report.add(word.inner, message, "write `\\\\` for each backslash of the path");
            if let Some(edits) = &intent.edits {
                let edits = edits.iter().filter(|edit| word.word.span.contains(edit.span)).cloned().collect();
                finding = finding.fix(Fix::safe("double the backslashes", edits));
            }
            // A text with blanks is a script, which may hold anything.
            if !word.word.as_str().contains(char::is_whitespace) {
                finding.seen(pictures(read.as_str()));
            }
        }
    }
}

/// Whether a backslash stands before anything but a backslash, a quote or a slash in a text that is JSON.
fn has_meaning(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'\\' && !matches!(bytes.next(), Some(b'\\' | b'"' | b'/')) {
            return true;
        }
    }
    false
}

/// Control characters as pictures.
fn pictures(text: &str) -> String {
    let picture = |char: char| if char < ' ' { char::from_u32(0x2400 + u32::from(char)).unwrap_or(char) } else { char };
    text.chars().map(picture).collect()
}
