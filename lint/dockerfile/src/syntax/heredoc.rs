//! Heredocs: which words open one, and what they say about its body.

use crate::source::Span;

use super::{Instruction, Keyword};

/// `<<NAME` with the lines up to `NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc {
    /// The word that ends it.
    pub name: String,
    /// Variables in the body are expanded: the word is not quoted.
    pub expand: bool,
    /// `<<-`: leading tabs are cut.
    pub chomp: bool,
    /// The number before `<<`, 0 without one.
    pub descriptor: u32,
    /// Where the opening word stands.
    pub span: Span,
    /// The lines, the last newline included.
    pub body: Span,
    /// Whether the end was found.
    pub terminated: bool,
}

/// The heredocs that an instruction opens: only `RUN`, `COPY` and `ADD`, not in JSON form.
pub(super) fn of(instruction: &Instruction) -> Vec<Heredoc> {
    let head = instruction.innermost();
    let can = matches!(head.name, Some(Keyword::Run | Keyword::Copy | Keyword::Add));
    let args = &instruction.line.text()[head.args.clone()];
    if !can || !args.contains("<<") && !instruction.line.text().contains("<<") || crate::ast::json::is_array(args) {
        return Vec::new();
    }
    Vec::new()
}
