//! Expressions: operands, members, method calls and what stands in brackets.

use super::lexer::TokenKind;
use super::reader::{Parts, Reader, is_closer};
use crate::script::{Call, Command, Expression, MemberCall, Quote, Separator, Statement, StatementKind, Word};
use crate::source::Span;

/// How much of a target is kept as text: a chain of thousands of calls must not cost the square of its length.
const MAX_TARGET: usize = 1024;

const ASSIGNMENTS: [&str; 7] = ["=", "+=", "-=", "*=", "/=", "%=", "??="];

impl Reader<'_> {
    /// Whether the token begins an expression when it stands where a command could.
    pub fn starts_value(&self) -> bool {
        match self.kind() {
            TokenKind::Variable
            | TokenKind::Number
            | TokenKind::StringSq
            | TokenKind::StringDq
            | TokenKind::HereStringSq
            | TokenKind::HereStringDq
            | TokenKind::LBracket
            | TokenKind::Comma => true,
            TokenKind::Operator => {
                let value = self.value().to_ascii_lowercase();
                matches!(value.as_str(), "-" | "+" | "!" | "++" | "--" | "-not" | "-bnot" | "-join")
                    || value.ends_with("split")
            }
            kind => closer_of(kind).is_some(),
        }
    }

    pub fn at_assignment(&self) -> bool {
        self.kind() == TokenKind::Operator && ASSIGNMENTS.contains(&self.value())
    }

    fn ends_expression(&self, first: usize, stop_at_comma: bool) -> bool {
        match self.kind() {
            TokenKind::Eof | TokenKind::Semicolon | TokenKind::Pipe | TokenKind::Redirect | TokenKind::Amp => true,
            TokenKind::Comma if stop_at_comma => true,
            kind if is_closer(kind) => true,
            _ if self.at_chain() || self.at_assignment() => true,
            _ if !stop_at_comma && self.at > first && self.lacks_operator() => true,
            _ => self.at > first && self.starts_line(self.at) && !self.goes_on_after(self.at - 1),
        }
    }

    /// Whether a statement begins where only an operator could go on: PowerShell reads no further, and the next
    /// statement is what the author meant.
    fn lacks_operator(&self) -> bool {
        let kind = |back: usize| self.at.checked_sub(back).map(|index| self.tokens[index].kind);
        let is_operand = match kind(1) {
            Some(TokenKind::Variable | TokenKind::StringSq | TokenKind::StringDq) => true,
            Some(TokenKind::Number | TokenKind::RParen) => true,
            Some(TokenKind::Generic) => matches!(kind(2), Some(TokenKind::DoubleColon | TokenKind::Dot)),
            _ => false,
        };
        let begins = match self.kind() {
            TokenKind::Variable | TokenKind::Keyword => true,
            TokenKind::Generic => self.value().starts_with(|char: char| char.is_ascii_alphabetic()),
            TokenKind::LBracket => self.next_kind() == TokenKind::Generic,
            _ => false,
        };
        is_operand && begins && !self.is_glued(self.at)
    }

    /// Whether the next line belongs to the expression because this token wants an operand.
    fn goes_on_after(&self, index: usize) -> bool {
        let token = self.tokens[index];
        match token.kind {
            TokenKind::Operator => !matches!(token.value(self.src), "++" | "--"),
            kind => matches!(kind, TokenKind::Comma | TokenKind::Dot | TokenKind::DoubleColon),
        }
    }

    /// Reads an expression up to what ends it.
    pub fn expression(&mut self, stop_at_comma: bool) -> Parts {
        let mut parts = Parts::default();
        let first = self.at;
        while !self.ends_expression(first, stop_at_comma) {
            let operand = self.at;
            if self.operand(&mut parts) {
                self.postfix(operand, &mut parts);
            } else {
                self.bump();
            }
        }
        parts
    }

    /// Takes an operand that can have members; `false` for any other token, which is left.
    pub fn operand(&mut self, parts: &mut Parts) -> bool {
        match self.kind() {
            TokenKind::Variable => {
                let range = self.range(self.at, self.at + 1);
                self.note_variable(range, parts);
                self.bump();
            }
            TokenKind::StringSq | TokenKind::StringDq | TokenKind::HereStringSq | TokenKind::HereStringDq => {
                self.string(parts);
            }
            kind if closer_of(kind).is_some() => self.group(parts),
            _ => return false,
        }
        true
    }

    /// Takes everything between a bracket and its counterpart.
    pub fn group(&mut self, parts: &mut Parts) {
        let (open, kind) = (self.at, self.kind());
        let Some(closer) = closer_of(kind) else { return };
        if !self.enter() {
            return;
        }
        self.bump();
        match kind {
            TokenKind::LBracket => self.in_square_brackets(parts),
            TokenKind::AtBrace => {
                let entries = self.entries();
                parts.statements.extend(entries);
            }
            _ => {
                let statements = self.statements(Some(closer));
                parts.statements.extend(statements);
            }
        }
        self.close(open, closer);
        self.leave();
    }

    /// Reads what stands from a bracket to the one that closes it, part by part.
    pub fn enclosed(&mut self, closer: TokenKind, mut part: impl FnMut(&mut Self)) {
        let open = self.at;
        if !self.enter() {
            return;
        }
        self.bump();
        self.open.push(closer);
        while !self.at_end() {
            part(self);
        }
        self.open.pop();
        self.close(open, closer);
        self.leave();
    }

    /// A type or an index.
    fn in_square_brackets(&mut self, parts: &mut Parts) {
        self.open.push(TokenKind::RBracket);
        while !self.at_end() {
            let operand = self.at;
            if self.operand(parts) {
                self.postfix(operand, parts);
            } else {
                self.bump();
            }
        }
        self.open.pop();
    }

    /// The entries of a hashtable, as assignments to their keys.
    fn entries(&mut self) -> Vec<Statement> {
        self.open.push(TokenKind::RBrace);
        let mut entries = Vec::new();
        while !self.at_end() {
            match self.kind() {
                TokenKind::Semicolon => self.bump(),
                _ => entries.extend(self.entry()),
            }
        }
        self.open.pop();
        entries
    }

    fn entry(&mut self) -> Option<Statement> {
        let first = self.at;
        let mut parts = self.expression(false);
        if self.at == first {
            self.bump();
            return None;
        }
        if !self.at_assignment() {
            return None;
        }
        parts.calls.clear();
        let target = self.word_over(first, self.at, parts);
        Some(self.assigned(first, target))
    }

    /// What follows the target of an assignment, from the operator on.
    pub fn assigned(&mut self, first: usize, target: Word) -> Statement {
        let operator = self.value().to_owned();
        self.bump();
        let value = if is_closer(self.kind()) { Vec::new() } else { self.statement().into_iter().collect() };
        self.plain_statement(first, StatementKind::Assignment { target, operator, value })
    }

    pub fn plain_statement(&self, first: usize, kind: StatementKind) -> Statement {
        let span = self.span(self.range(first, self.at.max(first)));
        Statement { kind, span, separator: Separator::End, separator_span: Span::at(span.end) }
    }

    /// Takes indexes, members and method calls that hang on the operand.
    pub fn postfix(&mut self, operand: usize, parts: &mut Parts) {
        while self.is_glued(self.at) || self.starts_member_after_blank() {
            match self.kind() {
                TokenKind::LBracket => self.group(parts),
                TokenKind::Dot | TokenKind::DoubleColon => self.member(operand, parts),
                TokenKind::Operator if matches!(self.value(), "?." | "?[") => {
                    if self.value() == "?." {
                        self.member(operand, parts);
                    } else {
                        let open = self.at;
                        self.bump();
                        self.in_square_brackets(parts);
                        self.close(open, TokenKind::RBracket);
                    }
                }
                TokenKind::Operator if matches!(self.value(), "++" | "--") => self.bump(),
                _ => break,
            }
        }
    }

    /// `[X] ::Y` is one expression too.
    fn starts_member_after_blank(&self) -> bool {
        self.kind() == TokenKind::DoubleColon && !self.starts_line(self.at)
    }

    fn member(&mut self, operand: usize, parts: &mut Parts) {
        let is_static = self.kind() == TokenKind::DoubleColon;
        let start = self.tokens[operand].range().start;
        let mut target_end = self.token().range().start;
        self.bump();
        if self.kind() == TokenKind::Variable {
            let range = self.range(self.at, self.at + 1);
            self.note_variable(range, parts);
        } else if !matches!(self.kind(), TokenKind::Generic | TokenKind::Keyword | TokenKind::StringSq) {
            return;
        }
        let (value, mut at) = (self.value(), self.token().range().start);
        let quoted = self.kind() != TokenKind::Generic;
        self.bump();
        let mut rest = value;
        loop {
            let length = if quoted { rest.len() } else { name_length(rest) };
            let name = rest[..length].trim_matches('\'').to_owned();
            let end = at + length;
            let dotted = rest[length..].starts_with('.') && name_length(&rest[length + 1..]) > 0;
            let called = length == rest.len() && self.kind() == TokenKind::LParen && self.is_glued(self.at);
            let target = self.target(start, target_end);
            let arguments = called.then(|| self.arguments(parts));
            let end = if called { self.range(operand, self.at).end } else { end };
            let span = self.span(start..end);
            parts.calls.push(MemberCall { target, member: name, is_static, arguments, span });
            if !dotted {
                return;
            }
            target_end = end;
            rest = &rest[length + 1..];
            at = end + 1;
        }
    }

    fn target(&self, start: usize, end: usize) -> String {
        let whole = self.src[start..end.max(start)].trim_end();
        whole[..whole.floor_char_boundary(MAX_TARGET)].to_owned()
    }

    fn arguments(&mut self, parts: &mut Parts) -> Vec<Word> {
        let mut words = Vec::new();
        self.enclosed(TokenKind::RParen, |reader| {
            let first = reader.at;
            let mut inner = reader.expression(true);
            if reader.at == first {
                reader.bump();
                return;
            }
            parts.calls.append(&mut inner.calls);
            parts.variables.extend(inner.variables.iter().cloned());
            words.push(reader.word_over(first, reader.at, inner));
        });
        words
    }

    /// The command that an expression is.
    pub fn expression_command(&mut self, first: usize, mut parts: Parts) -> Command {
        let calls = std::mem::take(&mut parts.calls);
        let statements = std::mem::take(&mut parts.statements);
        let name = self.word_over(first, self.at, parts);
        let mut redirections = Vec::new();
        while self.kind() == TokenKind::Redirect && !self.starts_line(self.at) {
            redirections.push(self.redirection());
        }
        Command {
            call: Call::Plain,
            name,
            words: Vec::new(),
            redirections,
            span: self.span(self.range(first, self.at)),
            expression: Some(Expression { calls, statements }),
            nested: None,
        }
    }

    /// An expression that stands where a word does, as a statement of its own: so its calls can be found.
    pub fn expression_statement(&self, first: usize, mut parts: Parts) -> Statement {
        let calls = std::mem::take(&mut parts.calls);
        let statements = std::mem::take(&mut parts.statements);
        let range = self.range(first, self.at);
        let name = self.make_word(range.clone(), &self.src[range.clone()], Quote::None, parts);
        let command = Command {
            call: Call::Plain,
            name,
            words: Vec::new(),
            redirections: Vec::new(),
            span: self.span(range),
            expression: Some(Expression { calls, statements }),
            nested: None,
        };
        self.plain_statement(first, StatementKind::Pipeline(vec![command]))
    }
}

/// The bracket that closes this one.
pub(super) const fn closer_of(kind: TokenKind) -> Option<TokenKind> {
    match kind {
        TokenKind::LParen | TokenKind::DollarParen | TokenKind::AtParen => Some(TokenKind::RParen),
        TokenKind::LBrace | TokenKind::AtBrace => Some(TokenKind::RBrace),
        TokenKind::LBracket => Some(TokenKind::RBracket),
        _ => None,
    }
}

fn name_length(text: &str) -> usize {
    text.find(|char: char| !char.is_alphanumeric() && char != '_').unwrap_or(text.len())
}
