//! Reads scripts of `sh` and `bash` far enough to see every command, its words and what decides whether it runs.

mod compound;
mod simple;
#[cfg(test)]
mod tests;
mod word;

use std::ops::Range;

use super::nested::{level_limit, too_deep};
use super::plain::trimmed;
use super::{Command, Dialect, Fault, FaultKind, Script, Separator, Statement, StatementKind};
use crate::source::Span;
use crate::splice::Spliced;

/// Reads `text` as a POSIX shell does, with the extensions of bash that scripts use. `depth` counts the shells
/// around it, from 0.
///
/// `for`, `case` and functions are blocks with a head of their keyword's name whose words are the variable and
/// its values, the subject, or the function's name. Assignments before a command stand as statements of their
/// own before it. A block that takes part in a pipeline or is redirected is an expression named by its keyword.
pub fn parse(text: Spliced, depth: u32) -> Script {
    if let Some(script) = too_deep(&text, Dialect::Posix, depth) {
        return script;
    }
    let mut parser = Parser::new(&text, depth);
    let mut statements = parser.statements();
    while parser.at < parser.end {
        // A bracket or keyword that closes nothing: the rest is read all the same.
        parser.close_nothing(&mut statements);
        statements.append(&mut parser.statements());
    }
    let (comments, faults) = (parser.comments, parser.faults);
    Script { dialect: Dialect::Posix, text, statements, comments, faults, is_encoded: false }
}

/// Where the reader stands and what is open around it.
struct Parser<'a> {
    text: &'a Spliced,
    source: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Where the text ends for it: inside backquotes, at the one that closes.
    end: usize,
    depth: u32,
    level: u32,
    limit: u32,
    /// The words that end here-documents that begin on the next line, and whether tabs before them count not.
    documents: Vec<(String, bool)>,
    /// Assignments before a command of the pipeline in the making.
    hoisted: Vec<Statement>,
    comments: Vec<Span>,
    faults: Vec<Fault>,
    stopped: bool,
}

/// One part of a pipeline.
enum Element {
    Command(Command),
    Block(Statement),
    Nothing,
}

/// Words that end a list of statements.
const CLOSERS: [&str; 7] = ["then", "elif", "else", "fi", "do", "done", "esac"];

impl<'a> Parser<'a> {
    fn new(text: &'a Spliced, depth: u32) -> Self {
        Parser {
            text,
            source: text.text(),
            bytes: text.text().as_bytes(),
            at: 0,
            end: text.text().len(),
            depth,
            level: 0,
            // A level takes more of the stack here than in cmd: a substitution stands in a word in a command.
            limit: level_limit(depth) / 2,
            documents: Vec::new(),
            hoisted: Vec::new(),
            comments: Vec::new(),
            faults: Vec::new(),
            stopped: false,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.byte(self.at)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        if at < self.end { Some(self.bytes[at]) } else { None }
    }

    fn looking_at(&self, what: &str) -> bool {
        self.bytes[self.at..self.end].starts_with(what.as_bytes())
    }

    /// Whether the keyword stands here as a word of its own.
    fn at_keyword(&self, keyword: &str) -> bool {
        self.looking_at(keyword) && self.byte(self.at + keyword.len()).is_none_or(is_meta)
    }

    fn at_closer(&self) -> bool {
        match self.peek() {
            None | Some(b')') => true,
            Some(b'}') => self.at_keyword("}"),
            Some(b';') => self.looking_at(";;") || self.looking_at(";&"),
            Some(b't' | b'e' | b'f' | b'd') => CLOSERS.iter().any(|keyword| self.at_keyword(keyword)),
            _ => false,
        }
    }

    fn fault(&mut self, kind: FaultKind, range: Range<usize>) {
        if !self.stopped {
            self.faults.push(Fault { kind, span: self.text.span(range) });
        }
    }

    /// Skips blanks and continued lines.
    fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\\') if self.looking_at("\\\n") => self.at += 2,
                Some(b'\\') if self.looking_at("\\\r\n") => self.at += 3,
                Some(b'#') => {
                    let start = self.at;
                    self.at = self.line_end(start);
                    self.comments.push(self.text.span(start..self.at));
                }
                _ => return,
            }
        }
    }

    /// Skips also new lines, and the here-documents after them.
    fn skip_lines(&mut self) {
        loop {
            self.skip_blanks();
            if self.peek() != Some(b'\n') {
                return;
            }
            self.new_line();
        }
    }

    fn line_end(&self, from: usize) -> usize {
        memchr::memchr(b'\n', &self.bytes[from..self.end]).map_or(self.end, |found| from + found)
    }

    fn new_line(&mut self) {
        self.at += 1;
        for (word, tabs) in std::mem::take(&mut self.documents) {
            while self.at < self.end {
                let end = self.line_end(self.at);
                let line = self.source[self.at..end].trim_end_matches('\r');
                self.at = (end + 1).min(self.end);
                if (if tabs { line.trim_start_matches('\t') } else { line }) == word {
                    break;
                }
            }
        }
    }

    /// Statements up to the end or to what closes the list.
    fn statements(&mut self) -> Vec<Statement> {
        let mut statements = Vec::with_capacity(1);
        loop {
            self.skip_lines();
            if self.at_closer() {
                return statements;
            }
            if matches!(self.peek(), Some(b';' | b'&' | b'|')) {
                self.at += 1;
                continue;
            }
            self.statement(&mut statements);
        }
    }

    fn statement(&mut self, statements: &mut Vec<Statement>) {
        let before = self.at;
        let outer = std::mem::take(&mut self.hoisted);
        let statement = self.pipeline();
        let assigned = !self.hoisted.is_empty();
        statements.append(&mut self.hoisted);
        self.hoisted = outer;
        let (separator, span) = self.separator();
        if let Some(mut statement) = statement {
            (statement.separator, statement.separator_span) = (separator, span);
            statements.push(statement);
        } else if let Some(last) = statements.last_mut().filter(|_| assigned) {
            (last.separator, last.separator_span) = (separator, span);
        }
        if self.at == before {
            self.at += self.source[before..].chars().next().map_or(0, char::len_utf8);
        }
    }

    fn separator(&mut self) -> (Separator, Span) {
        self.skip_blanks();
        let start = self.at;
        let (separator, length) = match self.peek() {
            _ if self.looking_at("&&") => (Separator::And, 2),
            _ if self.looking_at("||") => (Separator::Or, 2),
            Some(b'&') => (Separator::Background, 1),
            Some(b';') if !self.at_closer() => (Separator::Always, 1),
            Some(b'\n') => (Separator::Always, 1),
            _ if self.at_closer() => (Separator::End, 0),
            _ => (Separator::Always, 0),
        };
        if self.peek() == Some(b'\n') {
            let span = self.text.span(start..start + 1);
            self.new_line();
            return (separator, span);
        }
        self.at += length;
        (separator, self.text.span(start..self.at))
    }

    fn pipeline(&mut self) -> Option<Statement> {
        let start = self.at;
        // Most pipelines have one command; a vector left to itself begins with room for four.
        let mut commands = Vec::with_capacity(1);
        let mut end;
        loop {
            for prefix in ["!", "time"] {
                if self.at_keyword(prefix) {
                    self.at += prefix.len();
                    self.skip_blanks();
                }
            }
            let element = self.element();
            end = trimmed(self.bytes, start, self.at);
            self.skip_blanks();
            let piped = self.peek() == Some(b'|') && !self.looking_at("||");
            match element {
                Element::Block(block) if !piped && commands.is_empty() => return Some(block),
                Element::Block(block) => commands.push(Command::of_block(block)),
                Element::Command(command) => commands.push(command),
                Element::Nothing => {}
            }
            if !piped {
                break;
            }
            self.at += if self.looking_at("|&") { 2 } else { 1 };
            self.skip_lines();
            if self.at_closer() || matches!(self.peek(), Some(b'&' | b'|' | b';')) {
                break;
            }
        }
        (!commands.is_empty()).then(|| self.made(StatementKind::Pipeline(commands), start, end))
    }

    fn made(&self, kind: StatementKind, start: usize, end: usize) -> Statement {
        let span = self.text.span(start..end);
        Statement { kind, span, separator: Separator::End, separator_span: Span::at(span.end) }
    }

    /// What stands at the top and closes nothing.
    fn close_nothing(&mut self, statements: &mut Vec<Statement>) {
        if matches!(self.peek(), Some(b')' | b'}' | b';')) {
            if self.peek() != Some(b';') {
                self.fault(FaultKind::UnbalancedBracket, self.at..self.at + 1);
            }
            self.at += 1;
        } else {
            let start = self.at;
            let command = self.simple();
            let end = trimmed(self.bytes, start, self.at);
            let mut statement = self.made(StatementKind::Pipeline(vec![command]), start, end);
            (statement.separator, statement.separator_span) = self.separator();
            statements.append(&mut self.hoisted);
            statements.push(statement);
        }
    }

    /// Reads inside something; none when it lies too deep, and then nothing more is read.
    fn deeper<T>(&mut self, start: usize, read: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.level >= self.limit {
            self.fault(FaultKind::TooDeep, start..start + 1);
            self.stopped = true;
            self.at = self.end;
        }
        if self.stopped {
            self.at = self.end;
            return None;
        }
        self.level += 1;
        let read = read(self);
        self.level -= 1;
        Some(read)
    }
}

/// What ends a word.
const fn is_meta(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')')
}
