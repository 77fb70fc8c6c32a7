//! Parser directives: `# escape=`, `# syntax=`, `# check=`, which count only before anything else.

use crate::source::Span;

use super::{Problem, ProblemKind};

/// A comment line of the form of a directive with a known name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// `escape`, `syntax` or `check`.
    pub name: String,
    /// The value, trimmed.
    pub value: String,
    /// Whether it stands where directives count.
    pub counts: bool,
    /// The comment, from `#` on.
    pub span: Span,
    /// The value.
    pub value_span: Span,
    /// The line, from 1.
    pub line: u32,
}

impl Directive {
    /// The escape character that it names, if it is an escape directive with a value that builders take.
    pub fn escape(&self) -> Option<char> {
        match self.value.as_str() {
            "`" if self.name == "escape" => Some('`'),
            "\\" if self.name == "escape" => Some('\\'),
            _ => None,
        }
    }
}

/// Whether the lines so far leave room for directives, and what they said.
#[derive(Default)]
pub(super) struct Directives {
    done: bool,
    pub(super) found: Vec<Directive>,
}

impl Directives {
    /// Looks at a line (without line ending), which begins at `start` once leading blanks are stripped.
    /// Returns whether it is a directive that counts.
    pub(super) fn line(&mut self, text: &str, start: u32, line: u32, problems: &mut Vec<Problem>) -> bool {
        let Some(mut directive) = parse(text, start, line) else {
            self.done = true;
            return false;
        };
        directive.counts = !self.done;
        if directive.counts {
            let kind = if self.found.iter().any(|old| old.name == directive.name) {
                Some(ProblemKind::RepeatedDirective(directive.name.clone()))
            } else if directive.name == "escape" && directive.escape().is_none() {
                Some(ProblemKind::InvalidEscape(directive.value.clone()))
            } else {
                None
            };
            problems.extend(kind.map(|kind| Problem { kind, span: directive.span }));
        }
        let counts = directive.counts;
        self.found.push(directive);
        counts
    }

    /// The escape character that the directives set.
    pub(super) fn escape(&self) -> Option<char> {
        self.found.iter().find(|directive| directive.counts && directive.name == "escape")?.escape()
    }
}

/// A line of the form `# name = value` with a name that builders know.
fn parse(text: &str, start: u32, line: u32) -> Option<Directive> {
    let body = text.strip_prefix('#')?.trim_start();
    let name_len = body.find(|char: char| !char.is_ascii_alphanumeric())?;
    let name = &body[..name_len];
    if !["escape", "syntax", "check"].iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return None;
    }
    let space = [' ', '\t', '\n', '\x0C', '\r'];
    let value = body[name_len..].trim_start_matches(space).strip_prefix('=')?.trim_start_matches(space);
    let at = start + (text.len() - value.len()) as u32;
    let value = value.trim_end_matches(space);
    if value.is_empty() {
        return None;
    }
    let text_end = start + text.trim_end_matches(space).len() as u32;
    Some(Directive {
        name: name.to_ascii_lowercase(),
        value: value.into(),
        counts: false,
        span: Span::new(start, text_end),
        value_span: Span::new(at, at + value.len() as u32),
        line,
    })
}
