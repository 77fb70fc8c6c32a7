//! Numbers, and the redirections that begin with one.

use super::{Lexer, TokenKind};

/// Suffixes for the type, and for the unit; of several that fit the first counts.
const TYPES: [&str; 9] = ["ul", "uy", "us", "u", "l", "y", "s", "n", "d"];
const UNITS: [&str; 5] = ["kb", "mb", "gb", "tb", "pb"];

impl Lexer<'_> {
    /// A number, `2>` and its like, or a word that begins with a digit (`7zip`).
    pub(super) fn number(&mut self) -> TokenKind {
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        if self.rest().as_bytes().get(digits) == Some(&b'>') {
            self.at += digits;
            return self.redirection();
        }
        match self.rest().get(..2) {
            Some("0x" | "0X") => {
                self.at += 2;
                self.skip_while(|char| char.is_ascii_hexdigit());
            }
            Some("0b" | "0B") => {
                self.at += 2;
                self.skip_while(|char| matches!(char, '0' | '1'));
            }
            _ => {
                self.at += digits;
                if self.peek() == Some('.') && self.second().is_some_and(|byte| byte.is_ascii_digit()) {
                    self.at += 1;
                    self.skip_while(|char| char.is_ascii_digit());
                }
                self.exponent();
            }
        }
        self.suffixes();
        if self.peek().is_some_and(|char| char.is_alphabetic() || char == '_') {
            self.skip_word();
            return TokenKind::Generic;
        }
        TokenKind::Number
    }

    /// `.` of a member, `..`, `.5`.
    pub(super) fn dot(&mut self) -> TokenKind {
        self.at += 1;
        match self.peek() {
            Some('.') => self.take(1, TokenKind::Operator),
            Some('0'..='9') if !self.is_member => {
                self.skip_while(|char| char.is_ascii_digit());
                self.exponent();
                self.suffixes();
                TokenKind::Number
            }
            _ => TokenKind::Dot,
        }
    }

    /// `>`, `>>` or `>&1` behind the number of a stream or `*`.
    pub(super) fn redirection(&mut self) -> TokenKind {
        self.at += 1;
        if self.peek() == Some('>') {
            self.at += 1;
        } else if self.peek() == Some('&') && self.second().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
            self.skip_while(|char| char.is_ascii_digit());
        }
        TokenKind::Redirect
    }

    fn exponent(&mut self) {
        let Some(rest) = self.rest().strip_prefix(['e', 'E']) else { return };
        let rest = rest.strip_prefix(['+', '-']).unwrap_or(rest);
        if rest.starts_with(|char: char| char.is_ascii_digit()) {
            self.at = self.src.len() - rest.len();
            self.skip_while(|char| char.is_ascii_digit());
        }
    }

    fn suffixes(&mut self) {
        for known in [&TYPES[..], &UNITS] {
            let is_next = |suffix: &&&str| {
                self.rest().get(..suffix.len()).is_some_and(|start| start.eq_ignore_ascii_case(suffix))
            };
            self.at += known.iter().find(is_next).map_or(0, |suffix| suffix.len());
        }
    }
}
