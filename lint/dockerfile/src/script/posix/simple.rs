//! Reads a simple command: assignments, name, words, redirections.

use super::{Element, Parser, is_meta};
use crate::script::{Command, Expression, Redirection, Separator, Statement, StatementKind, Word, nested};
use crate::source::Span;

impl Parser<'_> {
    /// A simple command; nothing when it only assigns. The assignments are hoisted before the pipeline.
    pub(super) fn simple_or_assignment(&mut self) -> Element {
        let before = self.hoisted.len();
        let command = self.simple();
        let nothing = command.name.raw.is_empty() && command.redirections.is_empty();
        if nothing && self.hoisted.len() > before { Element::Nothing } else { Element::Command(command) }
    }

    pub(super) fn simple(&mut self) -> Command {
        let (mut start, mut end) = (self.at, self.at);
        let mut name: Option<Word> = None;
        let (mut words, mut redirections) = (Vec::new(), Vec::new());
        loop {
            self.skip_blanks();
            let here = self.at;
            let Some(byte) = self.peek() else { break };
            let test = name.as_ref().is_some_and(|name| name.raw == "[[");
            if test && byte != b'\n' && byte != b';' {
                let word = self.test_word();
                let done = word.raw == "]]";
                words.push(word);
                end = self.at;
                if done {
                    break;
                }
            } else if let Some(redirection) = self.redirection() {
                redirections.push(redirection);
                end = self.at;
            } else if is_meta(byte) {
                // A bracket after a name begins a function, which is read elsewhere: here it is an error.
                if byte != b'(' || name.is_none() {
                    break;
                }
                self.at += 1;
            } else if name.is_none() && self.assignment() {
                start = self.at;
                end = self.at;
            } else {
                let word = self.word();
                end = self.at;
                if name.is_some() {
                    words.push(word);
                } else {
                    start = if redirections.is_empty() { here } else { start };
                    name = Some(word);
                }
            }
        }
        let name = name.unwrap_or_else(|| Word::plain("", self.text.span(start..start)));
        let mut command = Command::plain(name, words, self.text.span(start..end.max(start)));
        command.redirections = redirections;
        command.nested = nested::nested(&command, self.text, self.depth).map(Box::new);
        command
    }

    /// A word inside `[[ ]]`, where operators are words.
    fn test_word(&mut self) -> Word {
        let start = self.at;
        if self.peek().is_some_and(is_meta) {
            while self.peek().is_some_and(|byte| matches!(byte, b'&' | b'|' | b'<' | b'>' | b'(' | b')')) {
                self.at += 1;
            }
            return Word::plain(&self.source[start..self.at], self.text.span(start..self.at));
        }
        self.word()
    }

    /// `NAME=value`, `NAME+=value`, `NAME=(a b)`.
    fn assignment(&mut self) -> bool {
        let start = self.at;
        let mut at = start;
        while self.byte(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            at += 1;
        }
        let sign = if self.byte(at) == Some(b'+') { 2 } else { 1 };
        if at == start || self.bytes[start].is_ascii_digit() || self.byte(at + sign - 1) != Some(b'=') {
            return false;
        }
        let target = Word::plain(&self.source[start..at], self.text.span(start..at));
        let operator = self.source[at..at + sign].to_owned();
        self.at = at + sign;
        let value_start = self.at;
        let mut values = Vec::new();
        if self.peek() == Some(b'(') {
            self.at += 1;
            self.skip_lines();
            while self.peek().is_some_and(|byte| !is_meta(byte)) {
                values.push(self.word());
                self.skip_lines();
            }
            self.close_bracket(value_start);
        } else {
            values.push(self.word());
        }
        let value = values.into_iter().filter(|word| !word.raw.is_empty()).map(expression).collect();
        let kind = StatementKind::Assignment { target, operator, value };
        let mut statement = self.made(kind, start, self.at);
        statement.separator = Separator::Always;
        self.hoisted.push(statement);
        true
    }

    pub(super) fn redirections(&mut self) -> Vec<Redirection> {
        let mut found = Vec::new();
        loop {
            self.skip_blanks();
            let Some(redirection) = self.redirection() else { return found };
            found.push(redirection);
        }
    }

    /// `2> file`, `2>&1`, `&> file`, `<<END`.
    fn redirection(&mut self) -> Option<Redirection> {
        let start = self.at;
        let mut at = start;
        while self.byte(at).is_some_and(|byte| byte.is_ascii_digit()) {
            at += 1;
        }
        if self.byte(start) == Some(b'&') && self.byte(start + 1) == Some(b'>') {
            at += 1;
        }
        let rest = &self.source[at..self.end];
        let sign =
            ["<<<", "<<-", "<<", "<>", "<&", ">>", ">&", ">|", "<", ">"].iter().find(|it| rest.starts_with(**it))?;
        // `<(...)` and `>(...)` stand for files; what runs in them is read as a group.
        self.at = at + sign.len();
        if sign.ends_with('&') {
            let digits = self.bytes[self.at..self.end].iter().take_while(|byte| byte.is_ascii_digit()).count();
            let merge = digits.max(usize::from(self.peek() == Some(b'-')));
            if merge > 0 {
                self.at += merge;
                let operator = self.source[start..self.at].to_owned();
                return Some(Redirection { operator, target: None, span: self.text.span(start..self.at) });
            }
        }
        let operator = self.source[start..self.at].to_owned();
        let target = if self.peek() == Some(b'(') && matches!(*sign, "<" | ">") {
            self.process()
        } else {
            self.skip_blanks();
            self.word()
        };
        if matches!(*sign, "<<" | "<<-") {
            self.documents.push((target.text.clone(), *sign == "<<-"));
        }
        Some(Redirection { operator, target: Some(target), span: self.text.span(start..self.at) })
    }

    fn process(&mut self) -> Word {
        let start = self.at;
        self.at += 1;
        let statements = self.deeper(start, Self::list_until_bracket).unwrap_or_default();
        self.close_bracket(start);
        let mut word = Word::plain(&self.source[start..self.at], self.text.span(start..self.at));
        word.statements = statements;
        word
    }
}

/// A value that is assigned, as a statement.
fn expression(word: Word) -> Statement {
    let span = word.span;
    let mut command = Command::plain(word, Vec::new(), span);
    command.expression = Some(Expression::default());
    Statement {
        kind: StatementKind::Pipeline(vec![command]),
        span,
        separator: Separator::End,
        separator_span: Span::at(span.end),
    }
}
