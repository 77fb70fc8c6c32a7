//! Lines that go on with the escape character that the file does not have.

use crate::diagnostic::{Edit, Fix};
use crate::document::Document;
use crate::source::{Source, Span};
use crate::syntax::{Keyword, ProblemKind};

/// An instruction that goes on with the escape character that the file does not have.
#[derive(Clone, Debug)]
pub struct OtherContinuation {
    /// The instruction of the author's reading, by its place.
    pub instruction: usize,
    /// The characters, in order; at least one.
    pub marks: Vec<Span>,
    /// Where the builder takes what follows for an instruction that it knows: nothing stops the build there.
    pub silent: bool,
    /// The builder's answer to the line after the first one it takes for an instruction of its own.
    pub answer: Option<String>,
}

/// The instructions of the author's reading that go on with the other escape character.
pub fn other_continuations(document: &Document) -> Vec<OtherContinuation> {
    let Some((reading, _)) = &document.meant else { return Vec::new() };
    let source = &document.source;
    let other = if document.built.tree.escape == '`' { "\\" } else { "`" };
    let mut found = Vec::new();
    for (index, instruction) in reading.tree.instructions.iter().enumerate() {
        let marks = instruction.joins.iter().map(|join| join.escape).filter(|&mark| source.slice(mark) == other);
        let marks: Vec<Span> = marks.collect();
        let Some(&first) = marks.first() else { continue };
        let own = |built: &crate::ast::Instruction| {
            built.keyword.is_some()
                && first.end < built.keyword_span.start
                && built.keyword_span.start < instruction.span.end
        };
        // These say nothing without what follows.
        let is_open = matches!(instruction.head.name, Some(Keyword::Healthcheck | Keyword::Onbuild));
        let unknown = document.built.problems.iter().find(|problem| {
            first.end < problem.span.start && matches!(problem.kind, ProblemKind::UnknownInstruction(_))
        });
        found.push(OtherContinuation {
            instruction: index,
            silent: !is_open && document.built.instructions.iter().any(own),
            answer: unknown
                .filter(|problem| problem.span.start < instruction.span.end)
                .map(|problem| problem.kind.message()),
            marks,
        });
    }
    found
}

/// The fix that ends the lines with the escape character that the file has. It wants a look where the builder knew
/// what followed as an instruction.
pub fn continued(source: &Source, found: &OtherContinuation, escape: &str) -> Option<Fix> {
    let doubled = |mark: &Span| source.text()[..mark.start as usize].ends_with(escape);
    if found.marks.iter().any(doubled) {
        return None;
    }
    let edits = found.marks.iter().map(|&mark| Edit::replace(mark, escape)).collect();
    let title = format!("continue with {}", if escape == "`" { "a backtick" } else { "a backslash" });
    Some(if found.silent { Fix::suggested(title, edits) } else { Fix::safe(title, edits) })
}
