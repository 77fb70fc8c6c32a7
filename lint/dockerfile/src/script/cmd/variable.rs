//! Finds `%VAR%`, `!VAR!` and the variables of loops.

use std::ops::Range;

use super::Parser;
use crate::script::Variable;

/// The variable of a loop around: `%i`, and with `/f` also the letters that follow it in the alphabet.
#[derive(Clone, Copy)]
pub(super) struct Loop {
    pub(super) letter: u8,
    pub(super) tokens: bool,
}

/// A reference: its name, whether it is of the environment, and where it ends.
struct Found {
    name: Range<usize>,
    environment: bool,
    end: usize,
}

impl Parser<'_> {
    /// The variable that begins with the `%` or `!` at `at`, and where it ends. References to the environment
    /// have the scope `env`, those to loops and arguments none.
    pub(super) fn variable(&self, at: usize) -> Option<(Variable, usize)> {
        let found = match self.bytes[at] {
            b'!' => self.environment(at, b'!'),
            _ => self.loop_variable(at).or_else(|| self.environment(at, b'%')),
        }?;
        let variable = Variable {
            name: self.source[found.name].to_owned(),
            scope: if found.environment { "env".to_owned() } else { String::new() },
            span: self.text.span(at..found.end),
        };
        Some((variable, found.end))
    }

    /// `%NAME%`, with `:~0,3` or `:a=b` before the second sign.
    fn environment(&self, at: usize, sign: u8) -> Option<Found> {
        let start = at + 1;
        let mut end = start;
        while let Some(&byte) = self.bytes.get(end)
            && is_name(byte)
        {
            end += 1;
        }
        // A digit begins an argument or what a URL escapes (`%20`), hardly ever a name.
        if end == start || self.bytes[start].is_ascii_digit() {
            return None;
        }
        let close = match self.bytes.get(end)? {
            &byte if byte == sign => end,
            b':' => {
                // A new line ends the search, and so does the next sign: the reading stays linear.
                let found = memchr::memchr2(sign, b'\n', &self.bytes[end..])? + end;
                let modifier = &self.bytes[end + 1..found];
                (self.bytes[found] == sign && (modifier.starts_with(b"~") || modifier.contains(&b'=')))
                    .then_some(found)?
            }
            _ => return None,
        };
        Some(Found { name: start..end, environment: true, end: close + 1 })
    }

    /// `%i`, `%%i` and `%~nxi` inside a loop over `%i`; `%~dp0` anywhere.
    fn loop_variable(&self, at: usize) -> Option<Found> {
        let mut start = at + 1;
        if self.bytes.get(start) == Some(&b'%') {
            start += 1;
        }
        if self.bytes.get(start) == Some(&b'~') {
            let mut name = start + 1;
            while let Some(byte) = self.bytes.get(name)
                && b"fdpnxsatzFDPNXSATZ".contains(byte)
                && self.bytes.get(name + 1).is_some_and(u8::is_ascii_alphanumeric)
                && name < start + 12
            {
                name += 1;
            }
            let letter = *self.bytes.get(name)?;
            return (letter.is_ascii_digit() || self.is_declared(letter)).then_some(Found {
                name: name..name + 1,
                environment: false,
                end: name + 1,
            });
        }
        let letter = *self.bytes.get(start)?;
        let longer = self.bytes.get(start + 1).is_some_and(|&next| next.is_ascii_alphanumeric() || next == b'_');
        if !self.is_declared(letter) || longer && start == at + 1 && self.environment(at, b'%').is_some() {
            return None;
        }
        Some(Found { name: start..start + 1, environment: false, end: start + 1 })
    }

    fn is_declared(&self, letter: u8) -> bool {
        self.loops.iter().any(|open| {
            letter == open.letter
                || open.tokens
                    && letter.is_ascii_alphabetic()
                    && open.letter.is_ascii_alphabetic()
                    && letter.is_ascii_lowercase() == open.letter.is_ascii_lowercase()
                    && letter > open.letter
        })
    }
}

/// Whether the byte stands in the names of variables that people use. cmd would take nearly any byte; a blank
/// or an operator between two percent signs is far more often text.
const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'(' | b')' | b'.' | b'-' | b'#' | b'$' | b'@')
        || byte >= 0x80
}
