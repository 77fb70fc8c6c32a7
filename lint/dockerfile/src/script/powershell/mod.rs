//! PowerShell: tokens, and the statements, words and expressions that a linter needs, with argument mode (glued words,
//! arrays, parameters) and separators exactly as PowerShell has them.

mod bind;
mod block;
mod command;
mod expression;
mod guard;
mod lexer;
mod reader;
mod string;
#[cfg(test)]
mod tests;

use super::{Dialect, Fault, FaultKind, Script, Word};
use crate::source::Span;
use crate::splice::Spliced;
use reader::Reader;

pub use bind::{Bound, bind, bind_to};
pub use string::behind_backtick;

/// Reads a script. `depth` counts the shells around it.
pub fn parse(text: Spliced, dialect: Dialect, depth: u32) -> Script {
    let mut script =
        Script { dialect, text, statements: Vec::new(), comments: Vec::new(), faults: Vec::new(), is_encoded: false };
    if guard::may_overflow(script.text.text()) {
        script.faults.push(Fault { kind: FaultKind::TooDeep, span: script.text.whole() });
        return script;
    }
    let mut reader = Reader::new(&script.text, 0..script.text.text().len(), 0);
    let statements = reader.statements(None);
    let mut found = reader.finish();
    if found.too_deep {
        script.faults.push(Fault { kind: FaultKind::TooDeep, span: script.text.whole() });
        return script;
    }
    script.statements = statements;
    script.comments = std::mem::take(&mut found.comments);
    script.comments.sort_unstable();
    script.faults = found.faults();
    // Over the finished tree, so that an inner script is not read on top of the stack of the outer one.
    super::nested::attach(&mut script, depth);
    script
}

/// The comments of a script, also those inside sub-expressions.
pub(super) fn comments(text: &Spliced) -> Vec<Span> {
    if guard::may_overflow(text.text()) {
        return Vec::new();
    }
    let mut reader = Reader::new(text, 0..text.text().len(), 0);
    reader.statements(None);
    let mut comments = reader.finish().comments;
    comments.sort_unstable();
    comments
}

/// The elements of an array as one word holds it (`'/i','x.msi'`), with quotes and escapes undone; a word that is
/// no array is its own only element. `@( )` around the elements is looked through.
pub fn elements(word: &Word) -> Vec<String> {
    let raw = word.raw.strip_prefix("@(").and_then(|inner| inner.strip_suffix(')')).unwrap_or(&word.raw);
    if guard::may_overflow(raw) {
        return vec![word.text.clone()];
    }
    let text = Spliced::verbatim(raw, 0);
    Reader::new(&text, 0..raw.len(), 0).elements()
}
