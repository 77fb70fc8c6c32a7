//! Cuts words: quotes, escapes, variables and substitutions.

use std::ops::Range;

use super::{Parser, is_meta};
use crate::script::{FaultKind, Quote, Statement, Variable, Word};

/// A word in the making.
#[derive(Default)]
struct Draft {
    text: String,
    variables: Vec<Variable>,
    statements: Vec<Statement>,
}

impl Parser<'_> {
    /// The word at this place; empty when something else stands here.
    pub(super) fn word(&mut self) -> Word {
        let start = self.at;
        let mut draft = Draft::default();
        let mut whole = Quote::None;
        while let Some(byte) = self.peek() {
            match byte {
                _ if is_meta(byte) => break,
                b'\'' | b'"' => {
                    let from = self.at;
                    if byte == b'"' {
                        self.double(&mut draft);
                    } else {
                        self.single(&mut draft);
                    }
                    if from == start {
                        whole = if byte == b'"' { Quote::Double } else { Quote::Single };
                    }
                    if from != start || self.peek().is_some_and(|next| !is_meta(next)) {
                        whole = Quote::None;
                    }
                }
                b'\\' => self.escape(&mut draft),
                b'$' | b'`' => self.dollar(&mut draft, false),
                _ => self.plain(&mut draft, |byte| is_meta(byte) || b"'\"\\$`".contains(&byte)),
            }
        }
        Word {
            raw: self.source[start..self.at].to_owned(),
            text: draft.text,
            quote: whole,
            variables: draft.variables,
            statements: draft.statements,
            span: self.text.span(start..self.at),
        }
    }

    /// Takes the text up to a byte that `stops`, at least one character.
    fn plain(&mut self, draft: &mut Draft, stops: impl Fn(u8) -> bool) {
        let start = self.at;
        self.at += self.source[start..].chars().next().map_or(1, char::len_utf8);
        while self.peek().is_some_and(|byte| !stops(byte)) {
            self.at += 1;
        }
        draft.text.push_str(&self.source[start..self.at]);
    }

    /// A backslash and what it makes literal.
    fn escape(&mut self, draft: &mut Draft) {
        self.at += 1;
        if self.looking_at("\r\n") {
            self.at += 2;
        } else if self.peek() == Some(b'\n') {
            self.at += 1;
        } else if self.peek().is_some() {
            self.plain(draft, |_| true);
        } else {
            draft.text.push('\\');
        }
    }

    fn single(&mut self, draft: &mut Draft) {
        let start = self.at;
        let inside = start + 1;
        let close = memchr::memchr(b'\'', &self.bytes[inside..self.end]).map(|found| inside + found);
        if close.is_none() {
            self.fault(FaultKind::UnterminatedString, start..start + 1);
        }
        draft.text.push_str(&self.source[inside..close.unwrap_or(self.end)]);
        self.at = close.map_or(self.end, |close| close + 1);
    }

    fn double(&mut self, draft: &mut Draft) {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                None => return self.fault(FaultKind::UnterminatedString, start..start + 1),
                Some(b'"') => break,
                Some(b'\\') if self.byte(self.at + 1).is_some_and(|next| b"$`\"\\\n".contains(&next)) => {
                    self.escape(draft);
                }
                Some(b'$' | b'`') => self.dollar(draft, true),
                Some(_) => self.plain(draft, |byte| b"\"\\$`".contains(&byte)),
            }
        }
        self.at += 1;
    }

    /// `$x`, `${...}`, `$(...)`, `$((...))`, `$'...'` and backquotes; kept in the text as written.
    fn dollar(&mut self, draft: &mut Draft, quoted: bool) {
        let start = self.at;
        if self.peek() == Some(b'`') {
            self.backquotes(draft);
        } else {
            self.at += 1;
            match self.peek() {
                Some(b'\'') if !quoted => return self.ansi(draft),
                Some(b'"') if !quoted => return,
                Some(b'(') if self.at_arithmetic() => self.skip_arithmetic(),
                Some(b'(') => self.substitution(draft),
                Some(b'{') => self.braces(draft),
                Some(byte) if byte.is_ascii_alphabetic() || byte == b'_' => {
                    while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                        self.at += 1;
                    }
                    self.refer(draft, start, start + 1..self.at);
                }
                Some(byte) if byte.is_ascii_digit() || b"?#@*!-$".contains(&byte) => {
                    self.at += 1;
                    self.refer(draft, start, start + 1..self.at);
                }
                _ => {}
            }
        }
        draft.text.push_str(&self.source[start..self.at]);
    }

    fn refer(&self, draft: &mut Draft, start: usize, name: Range<usize>) {
        draft.variables.push(Variable {
            name: self.source[name].to_owned(),
            scope: String::new(),
            span: self.text.span(start..self.at),
        });
    }

    /// `$'...'`, escapes left as they are.
    fn ansi(&mut self, draft: &mut Draft) {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek()
            && byte != b'\''
        {
            self.at += 1;
            if byte == b'\\' && self.at < self.end {
                self.at += self.source[self.at..].chars().next().map_or(0, char::len_utf8);
            }
        }
        draft.text.push_str(&self.source[start + 1..self.at]);
        if self.peek().is_none() {
            return self.fault(FaultKind::UnterminatedString, start..start + 1);
        }
        self.at += 1;
    }

    /// Whether `((` opens arithmetic and not two groups: then its brackets close together. Looks only so far, for
    /// arithmetic is short.
    pub(super) fn at_arithmetic(&self) -> bool {
        self.looking_at("((") && self.arithmetic_end().is_some()
    }

    fn arithmetic_end(&self) -> Option<usize> {
        let mut open = 0_u32;
        for at in self.at + 1..self.end.min(self.at + 400) {
            match self.bytes[at] {
                b'(' => open += 1,
                b')' if open == 1 => return (self.byte(at + 1) == Some(b')')).then_some(at + 2),
                b')' => open -= 1,
                _ => {}
            }
        }
        None
    }

    pub(super) fn skip_arithmetic(&mut self) {
        self.at = self.arithmetic_end().unwrap_or(self.at + 1);
    }

    fn substitution(&mut self, draft: &mut Draft) {
        let start = self.at;
        self.at += 1;
        let statements = self.deeper(start, Self::list_until_bracket).unwrap_or_default();
        draft.statements.extend(statements);
        self.close_bracket(start);
    }

    /// Statements up to `)`, over keywords that close nothing.
    pub(super) fn list_until_bracket(&mut self) -> Vec<Statement> {
        let mut statements = self.statements();
        while self.at < self.end && self.peek() != Some(b')') {
            self.close_nothing(&mut statements);
            statements.append(&mut self.statements());
        }
        statements
    }

    pub(super) fn close_bracket(&mut self, start: usize) {
        if self.peek() == Some(b')') {
            self.at += 1;
        } else {
            self.fault(FaultKind::UnbalancedBracket, start..start + 1);
        }
    }

    /// `${name}`, `${name:-word}`: what stands in the word counts too.
    fn braces(&mut self, draft: &mut Draft) {
        let start = self.at;
        self.at += 1;
        while self.peek().is_some_and(|byte| byte == b'#' || byte == b'!') {
            self.at += 1;
        }
        let name = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.at += 1;
        }
        let name = name..self.at;
        let inner = self.deeper(start, |parser| {
            let mut inner = Draft::default();
            while let Some(byte) = parser.peek() {
                match byte {
                    b'}' => break,
                    b'\'' => parser.single(&mut inner),
                    b'"' => parser.double(&mut inner),
                    b'\\' => parser.escape(&mut inner),
                    b'$' | b'`' => parser.dollar(&mut inner, true),
                    _ => parser.plain(&mut inner, |byte| b"}'\"\\$`".contains(&byte)),
                }
            }
            inner
        });
        if self.peek() == Some(b'}') {
            self.at += 1;
        } else {
            self.fault(FaultKind::UnbalancedBracket, start..start + 1);
        }
        self.refer(draft, start - 1, name);
        if let Some(inner) = inner {
            draft.variables.extend(inner.variables);
            draft.statements.extend(inner.statements);
        }
    }

    /// A command in backquotes is read where it stands; its own escapes are too rare to undo.
    fn backquotes(&mut self, draft: &mut Draft) {
        let start = self.at;
        let mut close = start + 1;
        while let Some(byte) = self.byte(close)
            && byte != b'`'
        {
            close += if byte == b'\\' { 2 } else { 1 };
        }
        if close >= self.end {
            self.fault(FaultKind::UnterminatedString, start..start + 1);
            close = self.end;
        }
        self.at = start + 1;
        let outer = std::mem::replace(&mut self.end, close);
        let statements = self.deeper(start, |parser| {
            let mut statements = parser.statements();
            while parser.at < parser.end {
                parser.close_nothing(&mut statements);
                statements.append(&mut parser.statements());
            }
            statements
        });
        draft.statements.extend(statements.unwrap_or_default());
        self.end = outer;
        self.at = (close + 1).min(self.end);
        if self.stopped {
            self.at = self.end;
        }
    }
}
