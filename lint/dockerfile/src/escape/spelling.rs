//! A path that loses backslashes: how to show it, what the builder has of it, and how to spell it instead.

use crate::ast::Keyword;
use crate::diagnostic::{Edit, Fix};
use crate::source::Span;
use crate::splice::Spliced;
use crate::windows_path::{self, Paths};

use super::{Eaten, kept, named_after, plain, takes_paths};

/// The longest path that a message repeats.
const SHOWN: usize = 40;

/// The path for a message; words for it where it is long, or where it may be something that must not be repeated.
pub fn shown(eaten: &Eaten) -> String {
    let path = &eaten.word.as_str()[eaten.range.clone()];
    if path.len() <= SHOWN && is_plain_path(eaten, path) { path.to_owned() } else { "this path".to_owned() }
}

/// The path as the builder has it, variables left as they stand; `None` where it cannot be told or must not be.
pub fn as_built(eaten: &Eaten) -> Option<String> {
    let path = &eaten.word.as_str()[eaten.range.clone()];
    let built = plain(&eaten.word.text.slice(eaten.range.clone()), '\\')?;
    is_plain_path(eaten, path).then(|| built.text.text().to_owned())
}

/// Whether the text is a path, or a list of paths, for certain: in a value `corp\name` may be an account's password,
/// and between two paths anything may stand.
fn is_plain_path(eaten: &Eaten, path: &str) -> bool {
    let starts = |path: &str| windows_path::drive_letter(path).is_some() || path.starts_with(['.', '%', '$']);
    takes_paths(eaten.instruction)
        || !path.contains(['=', ',', '"', '\'', '<', '>', '|', '&']) && path.split(';').all(starts)
}

/// The fix that makes the builder see the path as its author wrote it.
pub fn respelt(eaten: &Eaten) -> Option<Fix> {
    let text = eaten.word.as_str();
    if text.starts_with("\\\\") {
        // One of two leading backslashes is lost too, and nobody can tell whether a server was meant.
        return None;
    }
    if let ([lost], true) = (&eaten.lost[..], text.ends_with("\\\"") && !eaten.json)
        && plain(&eaten.word.text, '\\').is_none()
    {
        return Some(Fix::safe("double the last backslash", vec![Edit::insert(lost.end, "\\")]));
    }
    match eaten.instruction.keyword? {
        Keyword::Workdir | Keyword::Copy | Keyword::Add => forward(eaten),
        _ if eaten.json => {
            let edits = eaten.lost.iter().map(|lost| Edit::insert(lost.end, "\\\\")).collect();
            Some(Fix::safe("double the backslashes", edits))
        }
        _ => quoted(eaten),
    }
}

/// With forward slashes, which mean the same in the paths of these instructions.
fn forward(eaten: &Eaten) -> Option<Fix> {
    let text = eaten.word.as_str();
    let expanded = plain(&eaten.word.text, '\\')?;
    if text.contains(['"', '\'']) {
        return None;
    }
    let mut edits: Vec<Edit> = eaten.lost.iter().map(|&lost| Edit::replace(lost, "/")).collect();
    for &escape in expanded.escapes.iter().filter(|&escape| !eaten.lost.contains(escape)) {
        let after = eaten.word.text.range_of(escape)?.end;
        if !text[after..].starts_with('\\') {
            return None;
        }
        edits.push(Edit::delete(escape));
        edits.push(Edit::replace(eaten.word.text.span(after..after + 1), "/"));
    }
    Some(Fix::safe("write forward slashes", edits))
}

/// In double quotes, between which the backslash only escapes quotes, dollars and itself.
fn quoted(eaten: &Eaten) -> Option<Fix> {
    let text = eaten.word.as_str();
    let lost_at = |span: Span| Some(eaten.word.text.range_of(span)?.start);
    let takes_paths = takes_paths(eaten.instruction) || eaten.instruction.keyword == Some(Keyword::User);
    let mut paths = Paths::new(text);
    let in_path = |&span: &Span| takes_paths || lost_at(span).is_some_and(|at| paths.at(at).is_some());
    if text.contains(['"', '\'']) || !eaten.lost.iter().all(in_path) {
        return None;
    }
    let last = eaten.lost.last().and_then(|&span| lost_at(span));
    let end = if last == text.len().checked_sub(1) { "\\\"" } else { "\"" };
    if eaten.lost.iter().any(|&span| named_after(eaten.word, span).is_some()) {
        return None;
    }
    let new = plain(&Spliced::verbatim(&format!("\"{text}{end}"), 0), '\\')?;
    let same = new.text.text() == kept(&eaten.word.text, '\\')?;
    let edits = vec![Edit::insert(eaten.word.span.start, "\""), Edit::insert(eaten.word.span.end, end)];
    same.then(|| Fix::safe("put it in double quotes", edits))
}
