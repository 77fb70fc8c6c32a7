//! Tokens: together, in order, they are the file.

use crate::source::Span;

use super::head::Head;
use super::{Instruction, TokenKind::*};

/// A piece of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands; never empty.
    pub span: Span,
}

/// The kinds of [`Token`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A parser directive that counts, from `#` to the end of its line.
    Directive,
    /// A comment, from `#` to the end of its line.
    Comment,
    /// White space inside a line.
    Blank,
    /// The end of a line.
    Newline,
    /// The first word of an instruction (or a part of it, when a continuation splits it).
    Keyword,
    /// A flag (or a part of it).
    Flag,
    /// The arguments (or a line of them).
    Argument,
    /// The escape character at the end of a line, with the blanks behind it.
    Continuation,
    /// The lines of a heredoc.
    HeredocBody,
    /// The word that ends a heredoc.
    HeredocEnd,
}

/// The tokens of an instruction's joined line.
pub(super) fn push_line(instruction: &Instruction, tokens: &mut Vec<Token>) {
    let mut at = 0;
    push_head(instruction, &instruction.head, &mut at, tokens);
    if let Some(trigger) = &instruction.trigger {
        push_head(instruction, trigger, &mut at, tokens);
    }
    let argument = instruction.innermost().args.clone();
    push(instruction, at..argument.start, Blank, tokens);
    push(instruction, argument.clone(), Argument, tokens);
    push(instruction, argument.end..instruction.line.text().len(), Blank, tokens);
}

fn push_head(instruction: &Instruction, head: &Head, at: &mut usize, tokens: &mut Vec<Token>) {
    let flags = head.flags.iter().map(|flag| (flag.range.clone(), Flag));
    for (range, kind) in std::iter::once((head.keyword.clone(), Keyword)).chain(flags) {
        push(instruction, *at..range.start, Blank, tokens);
        push(instruction, range.clone(), kind, tokens);
        *at = range.end;
    }
}

fn push(instruction: &Instruction, range: std::ops::Range<usize>, kind: super::TokenKind, tokens: &mut Vec<Token>) {
    if range.start < range.end {
        tokens.extend(instruction.line.runs(range).map(|span| Token { kind, span }));
    }
}
