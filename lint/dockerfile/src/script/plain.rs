//! What the readers of cmd and of POSIX shells build alike: words and commands with nothing special about them.

use super::{Call, Command, Expression, Quote, Statement, StatementKind, Word};
use crate::source::Span;

impl Word {
    /// A word without quotes and variables.
    pub(super) fn plain(text: &str, span: Span) -> Word {
        Word {
            raw: text.to_owned(),
            text: text.to_owned(),
            quote: Quote::None,
            variables: Vec::new(),
            statements: Vec::new(),
            span,
        }
    }
}

impl Command {
    /// A command without redirections.
    pub(super) fn plain(name: Word, words: Vec<Word>, span: Span) -> Command {
        Command { call: Call::Plain, name, words, redirections: Vec::new(), span, expression: None, nested: None }
    }

    /// A block as a command, where only a command can stand.
    pub(super) fn of_block(block: Statement) -> Command {
        let keyword = match &block.kind {
            StatementKind::Block { keyword, .. } => keyword.as_str(),
            _ => "",
        };
        let mut command = Command::plain(Word::plain(keyword, block.span), Vec::new(), block.span);
        command.expression = Some(Expression { calls: Vec::new(), statements: vec![block] });
        command
    }
}

/// The end of `start..end` without blanks at its end.
pub(super) fn trimmed(bytes: &[u8], start: usize, mut end: usize) -> usize {
    while end > start && matches!(bytes[end - 1], b' ' | b'\t' | b'\r' | b'\n') {
        end -= 1;
    }
    end
}
