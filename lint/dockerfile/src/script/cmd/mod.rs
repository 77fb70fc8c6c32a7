//! Reads a command line as `cmd /S /C` does: operators, groups, conditions, loops, and the shells that it
//! starts in turn.

mod compound;
mod launch;
mod simple;
#[cfg(test)]
mod tests;
mod variable;
mod word;

pub use launch::{Launched, launched};
pub use simple::is_builtin;

use std::ops::Range;

use super::nested::{level_limit, too_deep};
use super::plain::trimmed;
use super::{Command, Dialect, Fault, FaultKind, Script, Separator, Statement, StatementKind};
use crate::source::Span;
use crate::splice::Spliced;
use variable::Loop;

/// Reads `text` as cmd.exe in command-line mode does; lines are fed one by one. `depth` counts the shells
/// around it, from 0.
///
/// Conditions and loops are blocks: an `if` has the head `if` with the words of the condition (`/i`, `not`,
/// `exist`, operands and `==` or `EQU` each a word) and the bodies `then` and `else`; a `for` has the head `for`
/// with its options, its variable and the words of its set, then the statements of a `'command'`, and the
/// body `do`. A block that takes part in a pipeline or is redirected is an expression named by its keyword.
pub fn parse(text: Spliced, depth: u32) -> Script {
    if let Some(script) = too_deep(&text, Dialect::Cmd, depth) {
        return script;
    }
    let mut parser = Parser::new(&text, depth);
    let statements = parser.statements(false);
    let (comments, faults) = (parser.comments, parser.faults);
    Script { dialect: Dialect::Cmd, text, statements, comments, faults, is_encoded: false }
}

/// Where the reader stands and what is open around it.
struct Parser<'a> {
    text: &'a Spliced,
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// How many shells are around this one.
    depth: u32,
    /// How many groups, conditions and loops are open, and how many may be.
    level: u32,
    limit: u32,
    /// Open parentheses: only inside them does `)` mean something.
    groups: u32,
    /// Open conditions that may still get an `else`.
    conditions: u32,
    /// Whether the element before ended with a group, the only place where `else` is a keyword.
    after_group: bool,
    /// Whether an odd number of quotes stands before, on this line of this command.
    quoted: bool,
    /// The loops around, for their variables.
    loops: Vec<Loop>,
    comments: Vec<Span>,
    faults: Vec<Fault>,
    /// The rest lies too deep.
    stopped: bool,
}

/// One part of a pipeline; boxed, because its place is kept on the stack at every level of nesting.
enum Element {
    Command(Box<Command>),
    Block(Box<Statement>),
    Comment,
}

impl<'a> Parser<'a> {
    fn new(text: &'a Spliced, depth: u32) -> Self {
        Parser {
            text,
            source: text.text(),
            bytes: text.text().as_bytes(),
            at: 0,
            depth,
            level: 0,
            limit: level_limit(depth),
            groups: 0,
            conditions: 0,
            after_group: false,
            quoted: false,
            loops: Vec::new(),
            comments: Vec::new(),
            faults: Vec::new(),
            stopped: false,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn looking_at(&self, what: &[u8]) -> bool {
        self.bytes[self.at..].starts_with(what)
    }

    /// Whether the keyword stands here as a word of its own, in any case.
    fn at_keyword(&self, keyword: &str) -> bool {
        let end = self.at + keyword.len();
        self.bytes.get(self.at..end).is_some_and(|word| word.eq_ignore_ascii_case(keyword.as_bytes()))
            && self.bytes.get(end).is_none_or(|&next| is_delimiter(next) || b"/&|<>()".contains(&next))
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    /// Skips what cmd ignores before a command. A new line ends the body of a condition or loop.
    fn skip_lead(&mut self, line: bool) {
        while let Some(next) = self.peek()
            && (matches!(next, b' ' | b'\t' | b'\r' | b',' | b';' | b'=' | b'@') || next == b'\n' && !line)
        {
            self.at += 1;
        }
    }

    fn fault(&mut self, kind: FaultKind, range: Range<usize>) {
        if !self.stopped {
            self.faults.push(Fault { kind, span: self.text.span(range) });
        }
    }

    /// Statements up to the end, the `)` of the group around, or the end of the line.
    fn statements(&mut self, line: bool) -> Vec<Statement> {
        let mut statements = Vec::with_capacity(1);
        loop {
            self.skip_lead(line);
            match self.peek() {
                None => break,
                Some(b')') if self.groups > 0 => break,
                Some(b')') => {
                    self.fault(FaultKind::UnbalancedBracket, self.at..self.at + 1);
                    self.at += 1;
                }
                Some(b'\n') => break,
                Some(b'&' | b'|') => self.at += 1,
                Some(_) => {
                    let Some(mut statement) = self.pipeline() else { continue };
                    let done = line && self.at_else();
                    if !done {
                        (statement.separator, statement.separator_span) = self.separator(line);
                    }
                    statements.push(statement);
                    if done {
                        break;
                    }
                }
            }
        }
        statements
    }

    fn at_else(&mut self) -> bool {
        self.skip_blanks();
        self.conditions > 0 && self.after_group && self.at_keyword("else")
    }

    fn separator(&mut self, line: bool) -> (Separator, Span) {
        self.skip_blanks();
        let start = self.at;
        let (separator, length) = match self.peek() {
            Some(b'&') if self.looking_at(b"&&") => (Separator::And, 2),
            Some(b'|') if self.looking_at(b"||") => (Separator::Or, 2),
            Some(b'&') => (Separator::Always, 1),
            Some(b'\n') if !line => (Separator::Always, 1),
            None | Some(b'\n' | b')') => (Separator::End, 0),
            Some(_) => (Separator::Always, 0),
        };
        self.at += length;
        (separator, self.text.span(start..self.at))
    }

    /// One statement; none for a comment.
    fn pipeline(&mut self) -> Option<Statement> {
        let start = self.at;
        // Most pipelines have one command; a vector left to itself begins with room for four.
        let mut commands = Vec::with_capacity(1);
        let mut end;
        loop {
            let element = self.element();
            end = trimmed(self.bytes, start, self.at);
            self.skip_blanks();
            let piped = self.peek() == Some(b'|') && !self.looking_at(b"||");
            match element {
                Element::Block(block) if !piped && commands.is_empty() => return Some(*block),
                Element::Block(block) => commands.push(Command::of_block(*block)),
                Element::Command(command) => commands.push(*command),
                Element::Comment => {}
            }
            if !piped {
                break;
            }
            self.at += 1;
            self.skip_lead(true);
            if matches!(self.peek(), None | Some(b'\n' | b'&' | b'|')) || self.peek() == Some(b')') && self.groups > 0 {
                break;
            }
        }
        (!commands.is_empty()).then(|| Statement {
            kind: StatementKind::Pipeline(commands),
            span: self.text.span(start..end),
            separator: Separator::End,
            separator_span: Span::at(self.text.offset(end)),
        })
    }

    fn element(&mut self) -> Element {
        self.after_group = false;
        match self.peek() {
            Some(b'(') => self.group(),
            Some(b':') => self.comment(),
            Some(b'i' | b'I') if self.at_keyword("if") => self.condition(),
            Some(b'f' | b'F') if self.at_keyword("for") => self.repetition(),
            Some(b'r' | b'R') if self.at_keyword("rem") => self.comment(),
            _ => self.plain(),
        }
    }

    /// A label or a remark, to the end of the line; a remark alone ends before an operator.
    fn comment(&mut self) -> Element {
        let start = self.at;
        let mut end = memchr::memchr(b'\n', &self.bytes[start..]).map_or(self.bytes.len(), |found| start + found);
        if self.peek() != Some(b':') {
            self.at += 3;
            self.skip_blanks();
            if matches!(self.peek(), Some(b'&' | b'|')) {
                end = start + 3;
            }
        }
        self.at = end;
        self.comments.push(self.text.span(start..trimmed(self.bytes, start, end)));
        Element::Comment
    }
}

/// What separates the words of cmd itself.
const fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b';' | b'=')
}
