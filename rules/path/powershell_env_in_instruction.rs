//! `$env:NAME` where the builder, not PowerShell, reads the text.

use std::ops::Range;

use dockerfile::ast::{Instruction, Keyword, Word};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::env;

use crate::expansion::Expansion;
use crate::letters::holds;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

use super::write;

pub(super) static RULE: Rule = Rule {
    id: "powershell-env-in-instruction",
    group: Group::Path,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("powershell_env_in_instruction.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for Expansion { instruction, word, .. } in context.expansions {
        for (range, name) in references(word.as_str()) {
            reference(context, instruction, word, range, &name, report);
        }
    }
}

/// Whether a text has `$env:NAME` or `${env:NAME}`.
pub(super) fn has_reference(text: &str) -> bool {
    !references(text).is_empty()
}

/// Where `$env:NAME` and `${env:NAME}` stand, with the names.
fn references(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    if !holds(text, "env:") {
        return found;
    }
    let lower = text.to_ascii_lowercase();
    for (start, _) in lower.match_indices('$') {
        let (open, is_braced) = match &lower[start..] {
            rest if rest.starts_with("$env:") => (start + 5, false),
            rest if rest.starts_with("${env:") => (start + 6, true),
            _ => continue,
        };
        let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_' || is_braced && "()".contains(char);
        let len = lower[open..].find(|char| !is_name(char)).unwrap_or(lower.len() - open);
        let end = open + len;
        let is_closed = !is_braced || lower[end..].starts_with('}');
        if len > 0 && is_closed {
            found.push((start..end + usize::from(is_braced), text[open..end].to_owned()));
        }
    }
    found
}

fn reference(
    context: &Context,
    instruction: &Instruction,
    word: &Word,
    range: Range<usize>,
    name: &str,
    report: &mut Report,
) {
    let (model, step) = (context.model(), instruction.index);
    let is_braced = word.as_str()[range.clone()].starts_with("${");
    let span = word.text.span(range);
    let seen = match model.expand(step, &word.text) {
        // Escaped, in single quotes, or a variable of that name is declared: the builder takes it as meant.
        Ok(expanded) => {
            let Some(used) = expanded.uses.iter().find(|used| used.span.start == span.start) else { return };
            if used.found {
                return;
            }
            expanded.text.text().to_owned()
        }
        Err(error) => error.to_string(),
    };
    let declared = model.variable(step, name).is_some();
    let value = env::find(name).and_then(|variable| variable.value.filter(|_| !variable.per_user));
    let is_path = name.eq_ignore_ascii_case("path") && instruction.innermost().keyword == Some(Keyword::Env);
    let help = match (declared, value) {
        (true, _) => format!("write ${{{name}}}"),
        (false, Some(value)) => format!("write the path itself: {value}"),
        (false, None) if is_path => "extend the path in the registry, in a RUN".into(),
        (false, None) => "write the value itself, or declare it with ARG or ENV and write ${NAME}".into(),
    };
    let message = match is_braced {
        true => format!("the builder cannot read ${{env:{name}}}: only PowerShell knows it"),
        false => format!("$env is empty here and :{name} stays: only PowerShell knows $env:{name}"),
    };
    let finding = report.add(span, message, help).seen(seen);
    let edits = match (declared, value) {
        (true, _) => Some(vec![Edit::replace(span, format!("${{{name}}}"))]),
        (false, Some(value)) => write::replace(context, instruction.innermost(), word, span, value),
        (false, None) => None,
    };
    if let Some(edits) = edits {
        finding.fix(Fix::suggested("write what is meant", edits));
    }
}
