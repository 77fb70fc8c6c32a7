//! A cursor over the tokens of a script, and the list of statements.

use std::ops::Range;

use super::guard::MAX_DEPTH;
use super::lexer::{Token, TokenKind, lex};
use crate::script::{Fault, FaultKind, MemberCall, Quote, Separator, Statement, Variable, Word};
use crate::source::Span;
use crate::splice::Spliced;

/// Reads a part of a script: the whole of it, or a sub-expression inside a string.
pub(super) struct Reader<'a> {
    pub text: &'a Spliced,
    pub src: &'a str,
    pub base: usize,
    pub tokens: Vec<Token>,
    pub at: usize,
    pub depth: u32,
    /// The closing brackets that are awaited, the innermost last.
    pub open: Vec<TokenKind>,
    pub found: Found,
}

/// What is gathered beside the statements.
#[derive(Default)]
pub(super) struct Found {
    pub brackets: Vec<Span>,
    pub string: Option<Span>,
    pub comments: Vec<Span>,
    pub too_deep: bool,
}

/// What a word or an expression has inside.
#[derive(Default)]
pub(super) struct Parts {
    pub variables: Vec<Variable>,
    pub statements: Vec<Statement>,
    pub calls: Vec<MemberCall>,
}

impl Found {
    /// The faults; brackets left open by a string that nothing closes are no faults of their own.
    pub fn faults(self) -> Vec<Fault> {
        match self.string {
            Some(span) => vec![Fault { kind: FaultKind::UnterminatedString, span }],
            None => {
                let mut spans = self.brackets;
                spans.sort_unstable();
                spans.into_iter().map(|span| Fault { kind: FaultKind::UnbalancedBracket, span }).collect()
            }
        }
    }

    pub fn merge(&mut self, inner: Found) {
        self.brackets.extend(inner.brackets);
        self.string = self.string.or(inner.string);
        self.comments.extend(inner.comments);
        self.too_deep |= inner.too_deep;
    }
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a Spliced, range: Range<usize>, depth: u32) -> Self {
        let src = &text.text()[range.clone()];
        let lexed = lex(src);
        let mut reader = Reader {
            text,
            src,
            base: range.start,
            tokens: lexed.tokens,
            at: 0,
            depth,
            open: Vec::new(),
            found: Found::default(),
        };
        reader.found.string = lexed.unterminated.map(|start| reader.span(start..start + 1));
        reader.found.comments = lexed.comments.into_iter().map(|comment| reader.span(comment)).collect();
        reader
    }

    pub fn finish(self) -> Found {
        self.found
    }

    pub fn span(&self, range: Range<usize>) -> Span {
        self.text.span(self.base + range.start..self.base + range.end)
    }

    pub fn token(&self) -> Token {
        self.tokens[self.at]
    }

    /// The token at the cursor as written.
    pub fn value(&self) -> &'a str {
        self.token().value(self.src)
    }

    pub fn kind(&self) -> TokenKind {
        self.token().kind
    }

    pub fn is(&self, kind: TokenKind, value: &str) -> bool {
        self.kind() == kind && self.value().eq_ignore_ascii_case(value)
    }

    pub fn next_kind(&self) -> TokenKind {
        self.tokens[(self.at + 1).min(self.tokens.len() - 1)].kind
    }

    /// Goes on by one token, but never past the last.
    pub fn bump(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    /// Whether the token stands right after the one before.
    pub fn is_glued(&self, index: usize) -> bool {
        index > 0 && self.tokens[index - 1].range().end == self.tokens[index].range().start
    }

    /// Whether a line ends before the token.
    pub fn starts_line(&self, index: usize) -> bool {
        self.tokens[index].starts_line()
    }

    /// The bytes of the tokens from `first` up to `end`.
    pub fn range(&self, first: usize, end: usize) -> Range<usize> {
        let start = self.tokens[first].range().start;
        if end > first { start..self.tokens[end - 1].range().end } else { start..start }
    }

    /// Goes one level down; `false` when that is too deep, and then nothing more is read.
    pub fn enter(&mut self) -> bool {
        if self.depth >= MAX_DEPTH {
            self.found.too_deep = true;
            self.at = self.tokens.len() - 1;
            return false;
        }
        self.depth += 1;
        true
    }

    pub fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Takes the bracket that closes the one at `open`, or notes that it is missing.
    pub fn close(&mut self, open: usize, closer: TokenKind) {
        if self.kind() == closer {
            self.bump();
        } else {
            let range = self.range(open, open + 1);
            let span = self.span(range);
            self.found.brackets.push(span);
        }
    }

    /// Whether the script or what is open ends here. Brackets that close nothing are noted and skipped.
    pub fn at_end(&mut self) -> bool {
        while is_closer(self.kind()) {
            if self.open.contains(&self.kind()) {
                return true;
            }
            let range = self.range(self.at, self.at + 1);
            let span = self.span(range);
            self.found.brackets.push(span);
            self.bump();
        }
        self.kind() == TokenKind::Eof
    }

    /// The statements up to the closing bracket, which is left to the caller.
    pub fn statements(&mut self, closer: Option<TokenKind>) -> Vec<Statement> {
        let awaited = self.open.len();
        self.open.extend(closer);
        let mut found = Vec::with_capacity(1);
        while !self.at_end() {
            match self.kind() {
                TokenKind::Semicolon => self.bump(),
                _ => match self.statement() {
                    Some(mut statement) => {
                        self.separate(&mut statement);
                        found.push(statement);
                    }
                    None => self.bump(),
                },
            }
        }
        self.open.truncate(awaited);
        found
    }

    /// Takes what separates the statement from the next one.
    fn separate(&mut self, statement: &mut Statement) {
        let token = self.token();
        let range = token.range();
        let chain = match token.kind {
            TokenKind::Operator if self.value() == "&&" => Some(Separator::And),
            TokenKind::Operator if self.value() == "||" => Some(Separator::Or),
            _ => None,
        };
        let (separator, range, taken) = match token.kind {
            TokenKind::Eof => return,
            kind if is_closer(kind) => return,
            _ if chain.is_some() => (chain.unwrap_or(Separator::Always), range, true),
            _ if self.starts_line(self.at) => (Separator::Always, self.line_end(), false),
            TokenKind::Semicolon => (Separator::Always, range, true),
            TokenKind::Amp => (Separator::Background, range, true),
            _ => {
                statement.separator = Separator::Always;
                return;
            }
        };
        if taken {
            self.bump();
        }
        statement.separator = separator;
        statement.separator_span = self.span(range);
    }

    /// The line break before the token at the cursor.
    fn line_end(&self) -> Range<usize> {
        let start = self.token().range().start;
        self.token().newline(self.src).unwrap_or(start..start)
    }

    /// A word over a range of bytes.
    pub fn make_word(&self, range: Range<usize>, text: &str, quote: Quote, parts: Parts) -> Word {
        Word {
            raw: self.src[range.clone()].to_owned(),
            text: text.to_owned(),
            quote,
            variables: parts.variables,
            statements: parts.statements,
            span: self.span(range),
        }
    }

    /// A word over tokens: undone when it is one token, as written otherwise.
    pub fn word_over(&self, first: usize, end: usize, parts: Parts) -> Word {
        let range = self.range(first, end);
        if end == first + 1 {
            let (text, quote) = super::string::undone(self.tokens[first], self.src);
            return self.make_word(range, &text, quote, parts);
        }
        self.make_word(range.clone(), &self.src[range], Quote::None, parts)
    }
}

pub(super) const fn is_closer(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::RParen | TokenKind::RBrace | TokenKind::RBracket)
}
