//! Groups, conditions and loops.

use std::ops::Range;

use super::variable::Loop;
use super::word::Style;
use super::{Element, Parser, parse};
use crate::script::plain::trimmed;
use crate::script::{Call, Command, FaultKind, Redirection, Separator, Statement, StatementKind, Word};
use crate::source::Span;
use crate::splice::Spliced;

impl Parser<'_> {
    /// `( ... )`, with the redirections after it.
    pub(super) fn group(&mut self) -> Element {
        let start = self.at;
        self.at += 1;
        self.groups += 1;
        let conditions = std::mem::take(&mut self.conditions);
        let body = self.deeper(start, false);
        self.conditions = conditions;
        self.groups -= 1;
        if self.peek() == Some(b')') {
            self.at += 1;
        } else {
            self.fault(FaultKind::UnbalancedBracket, start..start + 1);
        }
        let block = self.block("(", Vec::new(), vec![("(".to_owned(), body)], start);
        let end = self.at;
        let redirections = self.redirections();
        self.after_group = true;
        if redirections.is_empty() {
            self.at = end;
            return Element::Block(block);
        }
        self.redirected(*block, redirections, start)
    }

    fn redirected(&self, block: Statement, redirections: Vec<Redirection>, start: usize) -> Element {
        let mut command = Box::new(Command::of_block(block));
        command.redirections = redirections;
        command.span = self.text.span(start..trimmed(self.bytes, start, self.at));
        Element::Command(command)
    }

    /// `if [/i] [not] condition command [else command]`. All that follows on the line belongs to the body.
    pub(super) fn condition(&mut self) -> Element {
        let start = self.at;
        self.at += 2;
        let mut words = Vec::new();
        let mut operand = self.operand(Style::Operand);
        while operand.raw.eq_ignore_ascii_case("/i") || operand.raw.eq_ignore_ascii_case("not") {
            words.push(std::mem::replace(&mut operand, self.operand(Style::Operand)));
        }
        let unary =
            ["exist", "defined", "errorlevel", "cmdextversion"].iter().any(|it| operand.raw.eq_ignore_ascii_case(it));
        words.push(operand);
        if unary {
            words.push(self.operand(Style::Builtin));
        } else {
            self.skip_blanks();
            if self.looking_at(b"==") {
                let mut sign = self.empty_word(self.at);
                sign.raw.push_str("==");
                sign.text.push_str("==");
                sign.span = self.text.span(self.at..self.at + 2);
                self.at += 2;
                words.push(sign);
            } else {
                words.push(self.operand(Style::Operand));
            }
            words.push(self.operand(Style::Builtin));
        }
        words.retain(|word| !word.raw.is_empty());
        let head = self.head("if", start, words);
        self.conditions += 1;
        let mut bodies = vec![("then".to_owned(), self.deeper(start, true))];
        let has_else = self.at_else();
        self.conditions -= 1;
        if has_else {
            self.at += 4;
            self.after_group = false;
            bodies.push(("else".to_owned(), self.deeper(start, true)));
        }
        Element::Block(self.block("if", vec![head], bodies, start))
    }

    fn operand(&mut self, style: Style) -> Word {
        self.skip_blanks();
        self.quoted = false;
        let word = self.word(style);
        self.quoted = false;
        word
    }

    /// `for [/d | /r [path] | /l | /f ["options"]] %i in (set) do command`.
    pub(super) fn repetition(&mut self) -> Element {
        let start = self.at;
        self.at += 3;
        let mut words = Vec::new();
        let (mut declared, mut file, mut backquotes) = (Loop { letter: 0, tokens: false }, false, false);
        loop {
            self.skip_blanks();
            if self.at_keyword("in") {
                self.at += 2;
                break;
            }
            if matches!(self.peek(), None | Some(b'\n' | b'(' | b')' | b'&' | b'|' | b'<' | b'>')) {
                break;
            }
            let before = self.at;
            let word = self.operand(Style::Builtin);
            if self.at == before {
                break;
            }
            file |= word.raw.eq_ignore_ascii_case("/f");
            backquotes |= word.text.to_ascii_lowercase().contains("usebackq");
            if let Some(&letter) =
                word.raw.strip_prefix('%').and_then(|rest| rest.trim_start_matches('%').as_bytes().first())
            {
                declared = Loop { letter, tokens: file };
            }
            words.push(word);
        }
        self.skip_blanks();
        let mut inner = Vec::new();
        if self.peek() == Some(b'(') {
            inner = self.set(&mut words, file, backquotes);
        }
        let mut heads = vec![self.head("for", start, words)];
        heads.append(&mut inner);
        self.skip_blanks();
        if self.at_keyword("do") {
            self.at += 2;
        }
        self.loops.push(declared);
        let body = self.deeper(start, true);
        self.loops.pop();
        Element::Block(self.block("for", heads, vec![("do".to_owned(), body)], start))
    }

    /// The set of a loop: its words, and the statements of a `'command'`.
    fn set(&mut self, words: &mut Vec<Word>, file: bool, backquotes: bool) -> Vec<Statement> {
        let open = self.at;
        self.at += 1;
        let command = file.then(|| self.command_of_set(if backquotes { b'`' } else { b'\'' })).flatten();
        if let Some((whole, text)) = command {
            let mut word = self.empty_word(whole.start);
            word.raw = self.source[whole.clone()].to_owned();
            text.text().clone_into(&mut word.text);
            word.span = self.text.span(whole.clone());
            words.push(word);
            self.at = whole.end;
            self.close_set(open);
            let script = parse(text, self.depth + 1);
            self.comments.extend(script.comments);
            self.faults.extend(script.faults);
            return script.statements;
        }
        self.quoted = false;
        while let Some(byte) = self.peek()
            && byte != b')'
        {
            let before = self.at;
            let word = self.word(Style::Item);
            if self.at > before {
                words.push(word);
            } else {
                self.at += self.source[before..].chars().next().map_or(0, char::len_utf8);
            }
            self.quoted = false;
        }
        self.close_set(open);
        Vec::new()
    }

    fn close_set(&mut self, open: usize) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
        if self.peek() == Some(b')') {
            self.at += 1;
        } else {
            self.fault(FaultKind::UnbalancedBracket, open..open + 1);
        }
    }

    /// The command between the quotes of a set, without its carets: it runs in a cmd of its own.
    fn command_of_set(&self, quote: u8) -> Option<(Range<usize>, Spliced)> {
        let blank = |at: usize| matches!(self.bytes.get(at), Some(b' ' | b'\t' | b'\r' | b'\n'));
        let start = (self.at..).find(|&at| !blank(at))?;
        (self.bytes.get(start) == Some(&quote)).then_some(())?;
        let (mut at, mut taken, mut quoted) = (start + 1, start + 1, false);
        let mut text = Spliced::default();
        loop {
            match *self.bytes.get(at)? {
                b'"' => quoted = !quoted,
                b'^' if !quoted => {
                    text.push_from(self.text, taken..at);
                    taken = at + 1;
                    at += 1;
                }
                byte if byte == quote => {
                    let close = (at + 1..).find(|&at| !blank(at))?;
                    if matches!(self.bytes.get(close), None | Some(b')')) {
                        text.push_from(self.text, taken.min(at)..at);
                        return Some((start..at + 1, text));
                    }
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// The statements of a body, unless it lies too deep: then nothing more is read.
    fn deeper(&mut self, start: usize, line: bool) -> Vec<Statement> {
        if self.level >= self.limit {
            self.fault(FaultKind::TooDeep, start..start + 1);
            self.stopped = true;
            self.at = self.bytes.len();
            return Vec::new();
        }
        self.level += 1;
        let body = self.statements(line);
        self.level -= 1;
        body
    }

    /// What decides, as a command named by the keyword at `start`.
    fn head(&self, keyword: &str, start: usize, words: Vec<Word>) -> Statement {
        let mut name = self.empty_word(start);
        name.raw = self.source[start..start + keyword.len()].to_owned();
        keyword.clone_into(&mut name.text);
        name.span = self.text.span(start..start + keyword.len());
        let span = words.last().map_or(name.span, |last| name.span.to(last.span));
        let command =
            Command { call: Call::Plain, name, words, redirections: Vec::new(), span, expression: None, nested: None };
        Statement {
            kind: StatementKind::Pipeline(vec![command]),
            span,
            separator: Separator::End,
            separator_span: Span::at(span.end),
        }
    }

    fn block(
        &self,
        keyword: &str,
        heads: Vec<Statement>,
        bodies: Vec<(String, Vec<Statement>)>,
        start: usize,
    ) -> Box<Statement> {
        let span = self.text.span(start..trimmed(self.bytes, start, self.at));
        Box::new(Statement {
            kind: StatementKind::Block { keyword: keyword.to_owned(), heads, bodies },
            span,
            separator: Separator::End,
            separator_span: Span::at(span.end),
        })
    }
}
