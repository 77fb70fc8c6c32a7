//! What the escape character does to a file: the paths that lose their backslashes, the lines that go on with the
//! wrong character, and the same file with the backtick as escape character.

mod backtick;
mod continuation;
mod spelling;

pub use backtick::{says_the_same, to_backtick};
pub use continuation::{OtherContinuation, continued, other_continuations};
pub use spelling::{as_built, respelt, shown};

use std::ops::Range;

use crate::ast::{Instruction, Keyword, Kind, Word};
use crate::document::Reading;
use crate::expand::{self, ErrorKind, Expanded};
use crate::model::Model;
use crate::source::Span;
use crate::splice::Spliced;
use crate::windows_path::{self, Paths};

/// A path from which the builder takes backslashes, because they are the escape character.
#[derive(Clone, Debug)]
pub struct Eaten<'a> {
    /// The instruction; the one behind `ONBUILD`.
    pub instruction: &'a Instruction,
    /// The word it stands in.
    pub word: &'a Word,
    /// The word stood in a JSON array.
    pub json: bool,
    /// The path (or the first to the last of several) in the word's text.
    pub range: Range<usize>,
    /// The same in the source.
    pub span: Span,
    /// The backslashes in the source that the builder takes.
    pub lost: Vec<Span>,
}

/// The paths of a reading that lose backslashes.
pub fn eaten<'a>(reading: &'a Reading, model: &Model) -> Vec<Eaten<'a>> {
    let mut found = Vec::new();
    if reading.tree.escape != '\\' {
        return found;
    }
    for instruction in &reading.instructions {
        let inner = instruction.innermost();
        for (word, json) in words(inner) {
            if !word.as_str().contains('\\') {
                continue;
            }
            let lost = match model.expand(instruction.index, &word.text) {
                Ok(expanded) => lost(word, expanded, |name| model.variable(instruction.index, name).is_some()),
                Err(error) => quote_lost(word, &error.kind).into_iter().collect(),
            };
            let Some(range) = paths(inner, word, &lost) else { continue };
            let span = word.text.span(range.clone());
            found.push(Eaten { instruction: inner, word, json, range, span, lost });
        }
    }
    found
}

/// The words that the builder expands and that may be paths, and whether they stood in JSON.
pub fn words(instruction: &Instruction) -> Vec<(&Word, bool)> {
    match &instruction.kind {
        // An array that is no JSON is another mistake.
        Kind::Copy(copy) if copy.fault.is_some() => Vec::new(),
        Kind::List { fault: Some(_), .. } => Vec::new(),
        Kind::Copy(copy) => copy.sources.iter().chain(&copy.dest).map(|word| (word, copy.json)).collect(),
        Kind::Pairs(pairs) | Kind::Args(pairs) => {
            pairs.iter().filter_map(|pair| pair.value.as_ref()).map(|word| (word, false)).collect()
        }
        Kind::List { words, json, .. } if instruction.keyword == Some(Keyword::Volume) => {
            words.iter().map(|word| (word, *json)).collect()
        }
        Kind::Text(Some(word)) if matches!(instruction.keyword, Some(Keyword::Workdir | Keyword::User)) => {
            vec![(word, false)]
        }
        _ => Vec::new(),
    }
}

/// Whether the words of an instruction are paths, whatever they look like.
pub fn takes_paths(instruction: &Instruction) -> bool {
    matches!(instruction.keyword, Some(Keyword::Workdir | Keyword::Copy | Keyword::Add | Keyword::Volume))
}

/// The backslashes that the builder takes from a word, also those that make a variable behind them plain text or
/// put the blank after `C:\` into the word.
fn lost(word: &Word, expanded: Expanded, is_variable: impl Fn(&str) -> bool) -> Vec<Span> {
    let mut lost = expanded.lost;
    let after_drive = |span: Span| {
        let (before, after) = word.as_str().split_at(word.text.range_of(span)?.start);
        let drive = before.len().checked_sub(2).and_then(|start| before.get(start..))?;
        (after[1..].starts_with([' ', '\t']) && windows_path::drive_letter(drive).is_some()).then_some(())
    };
    let meant = |&span: &Span| named_after(word, span).is_some_and(&is_variable) || after_drive(span).is_some();
    lost.extend(expanded.escapes.into_iter().filter(meant));
    lost.sort();
    lost
}

/// The name of the variable behind an escape character: `\$X`, `\${X}`.
fn named_after(word: &Word, escape: Span) -> Option<&str> {
    let rest = word.as_str()[word.text.range_of(escape)?.end..].strip_prefix('$')?;
    let rest = rest.strip_prefix('{').unwrap_or(rest);
    let end = rest.find(|char: char| !char.is_alphanumeric() && char != '_').unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

/// The backslash before the quote that should end a path: `"C:\app\"`.
fn quote_lost(word: &Word, kind: &ErrorKind) -> Option<Span> {
    let text = word.as_str();
    let ends = *kind == ErrorKind::UnclosedDoubleQuote && text.starts_with('"') && text.ends_with("\\\"");
    ends.then(|| word.text.span(text.len() - 2..text.len() - 1))
}

/// From the first to the last path of a word that loses one of these backslashes.
fn paths(instruction: &Instruction, word: &Word, lost: &[Span]) -> Option<Range<usize>> {
    let text = word.as_str();
    let is_label = instruction.keyword == Some(Keyword::Label);
    if lost.is_empty() || is_label && text.contains(char::is_whitespace) {
        return None;
    }
    if takes_paths(instruction) || instruction.keyword == Some(Keyword::User) {
        let trimmed = text.trim_matches('"');
        let start = text.len() - text.trim_start_matches('"').len();
        return Some(start..start + trimmed.len());
    }
    let mut all = Paths::new(text);
    let mut ranges = lost.iter().filter_map(|&span| all.at(word.text.range_of(span)?.start));
    let first = ranges.next()?;
    Some(first.start..ranges.last().map_or(first.end, |last| last.end.max(first.end)))
}

/// A word with its variables left as they stand.
fn plain(word: &Spliced, escape: char) -> Option<Expanded> {
    let options = expand::Options { skip_unset: true, ..expand::Options::default() };
    expand::word_with(word, escape, &(), options).ok()
}

/// A word as the builder sees it, but for the backslashes that it takes: these stay.
fn kept(word: &Spliced, escape: char) -> Option<String> {
    let expanded = plain(word, escape)?;
    if escape != '\\' || expanded.lost.is_empty() {
        return Some(expanded.text.text().to_owned());
    }
    let mut text = word.text().to_owned();
    for &span in expanded.lost.iter().rev() {
        text.insert(word.range_of(span)?.start, '\\');
    }
    plain(&Spliced::verbatim(&text, 0), escape).map(|expanded| expanded.text.text().to_owned())
}
