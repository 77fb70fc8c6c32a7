//! What stands in quotes, and what in it stands in quotes again.

use super::Lexer;

impl Lexer<'_> {
    /// Passes over the text of a here-string, whose end stands at the beginning of a line.
    pub(super) fn skip_here_string(&mut self, start: usize, quote: char) {
        self.at += 1;
        let ends = self.rest().match_indices([quote]).map(|(end, _)| self.at + end);
        let is_end = |end: &usize| self.src[..*end].ends_with(['\r', '\n']) && self.src[end + 1..].starts_with('@');
        // The line break belongs to the text.
        match ends.filter(|end| *end > self.at).find(is_end) {
            Some(end) => self.at = end + 2,
            None => self.never_closed(start),
        }
    }

    pub(super) fn skip_single(&mut self) {
        let start = self.at;
        self.at += 1;
        while let Some(len) = memchr::memchr(b'\'', self.rest().as_bytes()) {
            self.at += len + 1;
            if self.peek() != Some('\'') {
                return;
            }
            self.at += 1;
        }
        self.never_closed(start);
    }

    pub(super) fn skip_double(&mut self) {
        let start = self.at;
        self.at += 1;
        while let Some(len) = memchr::memchr3(b'`', b'"', b'$', self.rest().as_bytes()) {
            self.at += len;
            match (self.peek(), self.second()) {
                (Some('`'), _) => self.skip_escape(),
                (Some('"'), Some(b'"')) => self.at += 2,
                (Some('"'), _) => return self.at += 1,
                (Some('$'), Some(b'(')) => self.skip_sub_expression(),
                _ => self.at += 1,
            }
        }
        self.never_closed(start);
    }

    /// Passes over `$( )` in a string, with the strings and comments in it.
    pub(super) fn skip_sub_expression(&mut self) {
        let start = self.at;
        self.at += 2;
        let mut depth = 1_usize;
        while depth > 0 {
            let Some(char) = self.peek() else { return self.never_closed(start) };
            match char {
                '\'' => self.skip_single(),
                '"' => self.skip_double(),
                '`' => self.skip_escape(),
                '#' => self.skip_line(),
                '<' if self.second() == Some(b'#') => self.skip_block_comment(),
                '@' if matches!(self.second(), Some(b'\'' | b'"')) => {
                    let (here, quote) = (self.at, if self.second() == Some(b'"') { '"' } else { '\'' });
                    self.at += 1;
                    self.skip_here_string(here, quote);
                }
                _ => {
                    depth = depth + usize::from(char == '(') - usize::from(char == ')');
                    self.at += char.len_utf8();
                }
            }
        }
    }

    pub(super) fn skip_escape(&mut self) {
        self.at += 1;
        self.bump();
    }

    /// What begins at `start` goes on to the end.
    pub(super) fn never_closed(&mut self, start: usize) {
        self.at = self.src.len();
        self.unterminated = Some(self.unterminated.map_or(start, |first| first.min(start)));
    }
}
