//! One pass over a word, from left to right, nested where references nest.

use std::ops::Range;

use super::{ErrorKind, ExpandError, Expanded, Lookup, Modifier, Operator, Options, Use};
use crate::splice::Spliced;

/// How many bytes of values one word may take in beyond its own length. Linux takes 128 KiB for one variable,
/// Windows 32,767 characters for all.
const VALUES: usize = 1 << 18;

/// Expands `input`, and splits it if `split`.
pub fn run(
    input: &Spliced,
    escape: char,
    env: &dyn Lookup,
    options: Options,
    split: bool,
) -> Result<(Expanded, Vec<Spliced>), ExpandError> {
    // Go's scanner skips a byte order mark at the beginning
    let at = if input.text().starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let mut lexer = Lexer {
        input,
        text: input.text(),
        at,
        escape,
        env,
        options,
        raw_escapes: options.raw_escapes,
        depth: 0,
        steps: 0,
        values: 0,
        out: Expanded::default(),
        words: split.then(Words::default),
    };
    let text = lexer.until(None)?;
    let Lexer { mut out, words, .. } = lexer;
    out.text = text;
    out.uses.sort_by_key(|found| (found.span.start, std::cmp::Reverse(found.span.end)));
    Ok((out, words.map(Words::finish).unwrap_or_default()))
}

/// What is left to read, and what came of the rest.
pub(super) struct Lexer<'a> {
    input: &'a Spliced,
    pub(super) text: &'a str,
    pub(super) at: usize,
    escape: char,
    env: &'a dyn Lookup,
    pub(super) options: Options,
    /// Differs from the option inside `${…}`.
    pub(super) raw_escapes: bool,
    /// How many `${…}` are open.
    pub(super) depth: u32,
    /// What matching patterns has cost so far.
    pub(super) steps: usize,
    /// How many bytes of values were taken in so far.
    values: usize,
    out: Expanded,
    pub(super) words: Option<Words>,
}

impl<'a> Lexer<'a> {
    pub(super) fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let char = self.peek();
        self.at += char.map_or(0, char::len_utf8);
        char
    }

    pub(super) fn error(&self, kind: ErrorKind, start: usize) -> ExpandError {
        ExpandError { kind, span: self.input.span(start..self.at.max(start)) }
    }

    /// The text up to `stop`, which is consumed, or up to the end.
    pub(super) fn until(&mut self, stop: Option<char>) -> Result<Spliced, ExpandError> {
        let (start, nested) = (self.at, stop.is_some());
        let mut result = Spliced::default();
        let mut plain = self.at;
        loop {
            let char = self.peek();
            let ends = char.is_none() || char == stop;
            let special = match char {
                Some('$' | '<') => true,
                Some('\'' | '"') => !self.options.skip_quotes,
                Some(char) => char == self.escape,
                None => false,
            };
            if !ends && !special {
                self.next();
                let escape = self.escape;
                self.skip_to(|byte| {
                    !byte.is_ascii()
                        || matches!(byte, b'$' | b'<' | b'\'' | b'"')
                        || char::from(*byte) == escape
                        || Some(char::from(*byte)) == stop
                });
                continue;
            }
            self.add(&mut result, plain..self.at, nested, false);
            match char {
                None if nested => return Err(self.error(ErrorKind::MissingBrace, start)),
                None => return Ok(result),
                Some(_) if ends => {
                    self.next();
                    return Ok(result);
                }
                Some('$') => {
                    let value = self.dollar()?;
                    if let (Some(words), false) = (&mut self.words, nested) {
                        words.add(&value, 0..value.text().len());
                    }
                    result.push_from(&value, 0..value.text().len());
                }
                Some('<') => {
                    let from = self.at;
                    self.heredoc_operator();
                    self.add(&mut result, from..self.at, nested, true);
                }
                Some(quote @ ('\'' | '"')) => {
                    let quoted = if quote == '"' { self.double_quoted()? } else { self.single_quoted()? };
                    if let (Some(words), false) = (&mut self.words, nested) {
                        words.add_raw(&quoted, 0..quoted.text().len());
                    }
                    result.push_from(&quoted, 0..quoted.text().len());
                }
                Some(_) => {
                    let kept = self.escaped(stop);
                    self.add(&mut result, kept, nested, true);
                }
            }
            plain = self.at;
        }
    }

    /// Appends a part of the input to the result and, at the outermost level, to the words.
    fn add(&mut self, result: &mut Spliced, part: Range<usize>, nested: bool, raw: bool) {
        if part.is_empty() {
            return;
        }
        result.push_from(self.input, part.clone());
        match &mut self.words {
            Some(words) if !nested && raw => words.add_raw(self.input, part),
            Some(words) if !nested => words.add(self.input, part),
            _ => {}
        }
    }

    /// An escape outside quotes and what it escapes; returns what stays of both.
    fn escaped(&mut self, stop: Option<char>) -> Range<usize> {
        let start = self.at;
        self.next();
        let after = self.at;
        let char = self.next();
        if self.raw_escapes {
            return start..self.at;
        }
        let span = self.input.span(start..after);
        let special = |char: char| {
            char == self.escape || char.is_whitespace() || matches!(char, '$' | '\'' | '"') || Some(char) == stop
        };
        if char.is_some_and(special) {
            self.out.escapes.push(span);
        } else {
            self.out.lost.push(span);
        }
        after..self.at
    }

    /// `<`, or `<<` with the space after it, which does not end the word.
    fn heredoc_operator(&mut self) {
        self.next();
        if self.peek() == Some('<') {
            self.next();
            while matches!(self.peek(), Some('\t' | '\r' | ' ')) {
                self.next();
            }
        }
    }

    fn single_quoted(&mut self) -> Result<Spliced, ExpandError> {
        let start = self.at;
        self.next();
        let Some(len) = self.text[self.at..].find('\'') else {
            self.at = self.text.len();
            return Err(self.error(ErrorKind::UnclosedSingleQuote, start));
        };
        let inner = self.at..self.at + len;
        self.at = inner.end + 1;
        Ok(self.input.slice(if self.options.raw_quotes { start..self.at } else { inner }))
    }

    fn double_quoted(&mut self) -> Result<Spliced, ExpandError> {
        let start = self.at;
        self.next();
        let mut result = Spliced::default();
        let mut plain = if self.options.raw_quotes { start } else { self.at };
        loop {
            match self.peek() {
                None => return Err(self.error(ErrorKind::UnclosedDoubleQuote, start)),
                Some('"') => {
                    let end = self.at;
                    self.next();
                    result.push_from(self.input, plain..if self.options.raw_quotes { self.at } else { end });
                    return Ok(result);
                }
                Some('$') => {
                    result.push_from(self.input, plain..self.at);
                    let value = self.dollar()?;
                    result.push_from(&value, 0..value.text().len());
                    plain = self.at;
                }
                Some(char) if char == self.escape => {
                    let before = self.at;
                    self.next();
                    let after = self.at;
                    if !self.peek().is_some_and(|next| matches!(next, '"' | '$') || next == self.escape) {
                        continue;
                    }
                    self.next();
                    if !self.raw_escapes {
                        result.push_from(self.input, plain..before);
                        self.out.escapes.push(self.input.span(before..after));
                        plain = after;
                    }
                }
                Some(_) => {
                    self.next();
                    let escape = self.escape;
                    self.skip_to(|byte| !byte.is_ascii() || matches!(byte, b'$' | b'"') || char::from(*byte) == escape);
                }
            }
        }
    }

    /// Passes over the bytes before the next one that `stops`, as bytes outside ASCII have to.
    fn skip_to(&mut self, stops: impl Fn(&u8) -> bool) {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().position(stops).unwrap_or(rest.len());
    }

    /// A reference, or a dollar that is none.
    fn dollar(&mut self) -> Result<Spliced, ExpandError> {
        let start = self.at;
        self.next();
        if self.peek() == Some('{') {
            return self.braced(start);
        }
        let name = self.name();
        if name.is_empty() {
            return Ok(self.input.slice(start..start + 1));
        }
        self.plain(start, name)
    }

    /// `$X` or `${X}`, already read.
    pub(super) fn plain(&mut self, start: usize, name: Range<usize>) -> Result<Spliced, ExpandError> {
        match self.look_up(start, name, None)? {
            Some(value) => Ok(self.meaning(value, start)),
            None if self.options.skip_unset => Ok(self.input.slice(start..self.at)),
            None => Ok(Spliced::default()),
        }
    }

    /// The value, with a note that it was asked for.
    pub(super) fn look_up(
        &mut self,
        start: usize,
        name: Range<usize>,
        modifier: Option<Modifier>,
    ) -> Result<Option<&'a str>, ExpandError> {
        let value = self.env.get(&self.text[name.clone()]);
        self.values += value.map_or(0, str::len);
        if self.values > VALUES + self.text.len() {
            return Err(self.error(ErrorKind::TooLong, start));
        }
        self.out.uses.push(Use {
            name: self.text[name.clone()].to_owned(),
            span: self.input.span(start..self.at),
            name_span: self.input.span(name),
            found: value.is_some(),
            has_default: modifier.as_ref().is_some_and(|modifier| modifier.operator == Operator::Default),
            modifier,
        });
        Ok(value)
    }

    pub(super) fn meaning(&self, text: &str, start: usize) -> Spliced {
        let mut result = Spliced::default();
        result.push_meaning(text, self.input, start..self.at);
        result
    }

    /// The range of a name: digits alone if it begins with one, one special parameter, or letters, digits and
    /// underscores.
    pub(super) fn name(&mut self) -> Range<usize> {
        let start = self.at;
        let rest = &self.text[start..];
        let len = match rest.chars().next() {
            Some(first) if is_digit(first) => rest.find(|char| !is_digit(char)),
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => Some(1),
            _ => {
                let plain = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
                // Names are of ASCII, or nearly so.
                let behind = rest[plain..].find(|char: char| !char.is_alphanumeric() && char != '_');
                behind.map(|behind| plain + behind)
            }
        };
        self.at = start + len.unwrap_or(rest.len());
        start..self.at
    }
}

/// The words of a text, as they come together.
#[derive(Default)]
pub(super) struct Words {
    done: Vec<Spliced>,
    pub(super) current: Spliced,
    inside: bool,
}

impl Words {
    /// Appends a part that spaces split.
    fn add(&mut self, from: &Spliced, part: Range<usize>) {
        let text = &from.text()[part.clone()];
        let mut at = 0;
        for (space, found) in text.match_indices(char::is_whitespace) {
            if space > at {
                self.add_raw(from, part.start + at..part.start + space);
            }
            if self.inside && !self.current.is_empty() {
                self.done.push(std::mem::take(&mut self.current));
                self.inside = false;
            }
            at = space + found.len();
        }
        if text.len() > at {
            self.add_raw(from, part.start + at..part.end);
        }
    }

    /// Appends a part as it is.
    fn add_raw(&mut self, from: &Spliced, part: Range<usize>) {
        self.current.push_from(from, part);
        self.inside = true;
    }

    fn finish(mut self) -> Vec<Spliced> {
        if !self.current.is_empty() {
            self.done.push(self.current);
        }
        self.done
    }
}

fn is_digit(char: char) -> bool {
    char.is_ascii_digit() || !char.is_ascii() && char.is_numeric()
}
