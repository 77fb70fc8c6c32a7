//! Reads a command without structure: its name, its words, its redirections, and the shell that it starts.

use std::ops::Range;
use std::sync::LazyLock;

use super::launch::target;
use super::word::Style;
use super::{Element, Parser};
use crate::names::Names;
use crate::script::nested::{self, Started};
use crate::script::{Call, Command, Redirection, Script, Word};
use crate::splice::Spliced;

/// The commands inside cmd.exe.
static BUILT_INS: LazyLock<Names<()>> = LazyLock::new(|| {
    Names::of(&[
        "assoc", "break", "call", "cd", "chdir", "cls", "color", "copy", "date", "del", "dir", "dpath", "echo",
        "endlocal", "erase", "exit", "ftype", "goto", "if", "keys", "md", "mkdir", "mklink", "move", "path", "pause",
        "popd", "prompt", "pushd", "rd", "rem", "ren", "rename", "rmdir", "set", "setlocal", "shift", "start", "time",
        "title", "type", "ver", "verify", "vol", "for", "do",
    ])
});

/// The place of a command in the text, while it is read.
struct Place {
    start: usize,
    end: usize,
    /// The words, the name first.
    words: Vec<Range<usize>>,
    redirections: Vec<Range<usize>>,
}

impl Parser<'_> {
    pub(super) fn plain(&mut self) -> Element {
        Element::Command(Box::new(self.simple()))
    }

    fn simple(&mut self) -> Command {
        self.quoted = false;
        let mut place = Place { start: self.at, end: self.at, words: Vec::new(), redirections: Vec::new() };
        let (mut name, mut style) = (None, Style::Program);
        let (mut words, mut redirections) = (Vec::with_capacity(1), Vec::new());
        loop {
            self.skip_blanks();
            let start = self.at;
            match self.peek() {
                None | Some(b'\n' | b'&' | b'|') => break,
                Some(b')') if self.groups > 0 => break,
                Some(byte) => {
                    if let Some(redirection) = self.redirection(byte) {
                        redirections.push(redirection);
                        place.redirections.push(start..self.at);
                        place.end = self.at;
                        continue;
                    }
                }
            }
            if name.is_none() {
                let (word, kind) = self.name();
                style = kind;
                name = Some(word);
            } else {
                words.push(self.word(style));
            }
            if self.at == start {
                // An escaped blank or line end with nothing before it: no word, and no standing still.
                self.at += self.source[start..].chars().next().map_or(0, char::len_utf8);
            }
            place.words.push(start..self.at);
            place.end = self.at;
        }
        self.quoted = false;
        let name = name.unwrap_or_else(|| self.empty_word(place.start));
        let span = self.text.span(place.start..place.end);
        let mut command =
            Command { call: Call::Plain, name, words, redirections, span, expression: None, nested: None };
        command.nested = self.nested(&command, &place).map(Box::new);
        command
    }

    /// Redirections one after the other, as they stand after a group.
    pub(super) fn redirections(&mut self) -> Vec<Redirection> {
        let mut found = Vec::new();
        loop {
            self.skip_blanks();
            let Some(redirection) = self.peek().and_then(|byte| self.redirection(byte)) else { return found };
            found.push(redirection);
        }
    }

    fn redirection(&mut self, byte: u8) -> Option<Redirection> {
        let start = self.at;
        let sign = start + usize::from(byte.is_ascii_digit());
        let first = *self.bytes.get(sign).filter(|sign| matches!(sign, b'<' | b'>'))?;
        self.at = sign + 1;
        if first == b'>' && self.peek() == Some(b'>') {
            self.at += 1;
        }
        let target = if self.peek() == Some(b'&') {
            self.at += 1;
            self.skip_blanks();
            self.at += usize::from(self.peek().is_some_and(|byte| byte.is_ascii_digit()));
            None
        } else {
            Some(self.at)
        };
        let operator = self.source[start..self.at].to_owned();
        let target = target.map(|_| {
            self.skip_blanks();
            self.word(Style::Builtin)
        });
        Some(Redirection { operator, target, span: self.text.span(start..self.at) })
    }

    /// The name and how its words are cut. Built-in commands need no blank after them (`echo.`, `cd..`, `md\x`).
    fn name(&mut self) -> (Word, Style) {
        let start = self.at;
        let length = self.bytes[start..].iter().take(9).take_while(|byte| byte.is_ascii_alphabetic()).count();
        let letters = &self.source[start..start + length];
        let rest = &self.bytes[start + length..];
        // `cmd/c` is the one program that people call without a blank.
        let shell = letters.eq_ignore_ascii_case("cmd") && rest.first() == Some(&b'/');
        if !shell && (!is_builtin(letters) || !ends_builtin(letters, rest)) {
            return (self.word(Style::Builtin), Style::Program);
        }
        self.at += length;
        let mut word = self.empty_word(start);
        word.raw = self.source[start..self.at].to_owned();
        word.text.clone_from(&word.raw);
        word.span = self.text.span(start..self.at);
        (
            word,
            if ["start", "call", "cmd"].iter().any(|it| it.eq_ignore_ascii_case(letters)) {
                Style::Program
            } else {
                Style::Builtin
            },
        )
    }

    pub(super) fn empty_word(&self, at: usize) -> Word {
        Word {
            raw: String::new(),
            text: String::new(),
            quote: crate::script::Quote::None,
            variables: Vec::new(),
            statements: Vec::new(),
            span: self.text.span(at..at),
        }
    }

    /// The script of the shell that the command starts, itself or by `start` and `call`.
    fn nested(&self, command: &Command, place: &Place) -> Option<Script> {
        let index = target(command).map_or(0, |target| target.index + 1);
        let name = if index == 0 { &command.name } else { &command.words[index - 1] };
        let shell = nested::shell(&name.text)?;
        if place.end - place.start > nested::MAX_LINE {
            return None;
        }
        let words = &command.words[index..];
        match nested::started(shell, words)? {
            Started::Line => nested::from_line(&self.line(place, place.words[index].end), self.depth),
            Started::Rest(word) => {
                let line = self.line(place, place.words.get(index + 1 + word)?.start);
                nested::from_arguments(shell, &line, self.depth)
            }
            Started::Word(word) => {
                let range = place.words.get(index + 1 + word)?.clone();
                let line = self.line(&Place { end: range.end, ..place.copied() }, range.start);
                nested::from_arguments(shell, &line, self.depth)
            }
            Started::Encoded(word) => nested::from_encoded(shell, words.get(word)?, self.depth),
        }
    }

    /// What the program gets to see of the command from `from` on: carets undone, redirections taken out.
    fn line(&self, place: &Place, from: usize) -> Spliced {
        let mut line = Spliced::default();
        let (mut at, mut taken, mut quoted) = (place.start, from, false);
        let mut redirections = place.redirections.iter().peekable();
        let push = |line: &mut Spliced, start: usize, end: usize| {
            if start < end {
                line.push_from(self.text, start..end);
            }
        };
        while at < place.end {
            if let Some(redirection) = redirections.next_if(|redirection| redirection.start == at) {
                push(&mut line, taken, at);
                at = redirection.end;
                taken = taken.max(at);
                continue;
            }
            match self.bytes[at] {
                b'"' => quoted = !quoted,
                b'^' if !quoted => {
                    push(&mut line, taken, at);
                    taken = taken.max(at + 1);
                    // The next byte stands for itself, also a quote.
                    at += 1;
                }
                _ => {}
            }
            at += 1;
        }
        push(&mut line, taken, place.end);
        line
    }
}

impl Place {
    fn copied(&self) -> Place {
        Place { start: self.start, end: self.end, words: Vec::new(), redirections: self.redirections.clone() }
    }
}

/// Whether the name is a command inside cmd.exe.
pub fn is_builtin(name: &str) -> bool {
    BUILT_INS.has(name)
}

/// Whether a built-in command's name ends before `rest`.
fn ends_builtin(name: &str, rest: &[u8]) -> bool {
    match rest.first() {
        None => true,
        Some(
            b' ' | b'\t' | b'\r' | b'\n' | b',' | b';' | b'=' | b'&' | b'|' | b'<' | b'>' | b')' | b'/' | b'\\' | b'"',
        ) => true,
        Some(b'(' | b':' | b'+' | b'[' | b']') => name.eq_ignore_ascii_case("echo"),
        Some(b'.') => {
            name.eq_ignore_ascii_case("echo")
                || matches!(rest.get(1), None | Some(b'.' | b'\\' | b' ' | b'\t' | b'\r' | b'\n'))
        }
        Some(_) => false,
    }
}
