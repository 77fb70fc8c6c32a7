//! `%NAME%` where the builder, not cmd.exe, reads the text.

use std::ops::Range;

use dockerfile::ast::{Instruction, Keyword, Pair, Word};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::env;

use crate::expansion::words_with;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

use super::{env_path_percent, write};

pub(super) static RULE: Rule = Rule {
    id: "percent-var-in-instruction",
    group: Group::Path,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("percent_var_in_instruction.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for (instruction, word) in words_with(context.document, b'%') {
        let inner = instruction.innermost();
        // A label's text is for people, and a stop signal has no percent sign.
        if matches!(inner.keyword, Some(Keyword::Label | Keyword::Stopsignal | Keyword::From)) {
            continue;
        }
        let pair = write::pair_of(inner, word);
        if pair.is_some_and(env_path_percent::extends_path) || word.as_str().contains("://") {
            continue;
        }
        for range in references(word.as_str()) {
            reference(context, instruction, word, pair, range, report);
        }
    }
}

/// Where `%NAME%` stands in a text. Two percent signs in a row belong to templates and batch files.
pub(super) fn references(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find('%').map(|at| from + at) {
        let name = text[start + 1..].find(|char: char| !char.is_ascii_alphanumeric() && !"_()".contains(char));
        let end = name.map_or(text.len(), |len| start + 1 + len);
        let is_name = text[start + 1..end].starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        let doubled = text[..start].ends_with('%') || text[end..].starts_with("%%");
        if is_name && text[end..].starts_with('%') && !doubled {
            found.push(start..end + 1);
            from = end + 1;
        } else {
            from = end.max(start + 1);
        }
    }
    found
}

fn reference(
    context: &Context,
    instruction: &Instruction,
    word: &Word,
    pair: Option<&Pair>,
    range: Range<usize>,
    report: &mut Report,
) {
    let name = &word.as_str()[range.start + 1..range.end - 1];
    let span = word.text.span(range);
    let declared = context.model().variable(instruction.index, name);
    let value = env::find(name).and_then(|variable| variable.value.filter(|_| !variable.per_user));
    let help = match (declared, value) {
        (Some(_), _) => format!("write ${{{name}}}"),
        (None, Some(value)) => format!("write the path itself: {value}"),
        (None, None) => "write the value itself, or declare it with ARG or ENV and write ${NAME}".into(),
    };
    let keyword = instruction.innermost().keyword.map_or("", Keyword::name);
    let seen = format!("{keyword} keeps the text %{name}% as it stands");
    let finding = report.add(span, format!("%{name}% is not expanded: only cmd.exe knows it"), help).seen(seen);
    let edits = match (declared, value) {
        (Some(_), _) => Some(vec![Edit::replace(span, format!("${{{name}}}"))]),
        (None, Some(value)) => write::replace(context, instruction.innermost(), word, span, value),
        (None, None) => None,
    };
    // In a value any text may be meant, such as a format with percent signs.
    let is_sure = pair.is_none() || declared.is_some() || env::find(name).is_some();
    let finding = if is_sure { finding } else { finding.at_most(Severity::Warning) };
    if let Some(edits) = edits {
        finding.fix(Fix::suggested("write what is meant", edits));
    }
}
