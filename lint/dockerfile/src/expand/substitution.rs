//! `${…}`: the operators between name and brace.

use std::ops::Range;

use super::lexer::Lexer;
use super::pattern::{self, Extent};
use super::{ErrorKind, ExpandError, Modifier, Operator};
use crate::splice::Spliced;

/// How deep references may nest.
const DEPTH: u32 = 200;

impl Lexer<'_> {
    /// `${…}` from the brace on.
    pub(super) fn braced(&mut self, start: usize) -> Result<Spliced, ExpandError> {
        self.next();
        match self.peek() {
            None => return Err(self.error(ErrorKind::MissingBrace, start)),
            Some('{' | '}' | ':') => {
                self.next();
                return Err(self.error(ErrorKind::BadSubstitution, start));
            }
            Some(_) => {}
        }
        let name = self.name();
        let sign = self.at;
        let operator = self.next();
        match operator {
            Some('}') => self.plain(start, name),
            Some('/') => self.replacement(start, name),
            Some(':') => {
                let operator = self.next();
                if matches!(operator, Some('#' | '%')) {
                    return Err(self.unsupported(sign..self.at, start));
                }
                self.modified(start, name, sign..self.at, operator)
            }
            Some('+' | '-' | '?' | '#' | '%') => self.modified(start, name, sign..self.at, operator),
            _ => Err(self.unsupported(sign..self.at, start)),
        }
    }

    fn unsupported(&self, sign: Range<usize>, start: usize) -> ExpandError {
        let mut modifier = self.text[sign].to_owned();
        // what Go prints for the end of the text
        if modifier.is_empty() {
            modifier.push(char::REPLACEMENT_CHARACTER);
        }
        self.error(ErrorKind::UnsupportedModifier { modifier }, start)
    }

    /// A word inside `${…}` up to `stop`. Whatever is wrong in it, at the end of the text it is the missing stop.
    fn inner(&mut self, start: usize, stop: char, raw_escapes: bool) -> Result<Spliced, ExpandError> {
        if self.depth == DEPTH {
            return Err(self.error(ErrorKind::TooDeep, start));
        }
        // BuildKit's buffer for the current word is shared with the inner one
        if let Some(words) = &mut self.words {
            words.current = Spliced::default();
        }
        let outer = std::mem::replace(&mut self.raw_escapes, raw_escapes);
        self.depth += 1;
        let result = self.until(Some(stop));
        self.depth -= 1;
        self.raw_escapes = outer;
        result.map_err(|error| {
            let ours = matches!(error.kind, ErrorKind::TooDeep | ErrorKind::TooLong | ErrorKind::TooComplex);
            match stop {
                _ if ours || self.peek().is_some() => error,
                '/' => self.error(ErrorKind::MissingSlash, start),
                _ => self.error(ErrorKind::MissingBrace, start),
            }
        })
    }

    /// `${X:-word}` and its kin, from the word on. `sign` is the operator with its colon.
    fn modified(
        &mut self,
        start: usize,
        name: Range<usize>,
        sign: Range<usize>,
        operator: Option<char>,
    ) -> Result<Spliced, ExpandError> {
        let trims = matches!(operator, Some('#' | '%'));
        let word = self.inner(start, '}', trims)?;
        let colon = self.text[sign.clone()].starts_with(':');
        let doubled = trims && word.text().starts_with(operator.unwrap_or_default());
        let operator = match (operator, doubled) {
            (Some('-'), _) => Some(Operator::Default),
            (Some('+'), _) => Some(Operator::Alternative),
            (Some('?'), _) => Some(Operator::Required),
            (Some('#'), false) => Some(Operator::TrimPrefix),
            (Some('#'), true) => Some(Operator::TrimLongestPrefix),
            (Some('%'), false) => Some(Operator::TrimSuffix),
            (Some('%'), true) => Some(Operator::TrimLongestSuffix),
            _ => None,
        };
        let shown = word.text()[usize::from(doubled)..].to_owned();
        let modifier = operator.map(|operator| Modifier { operator, colon, word: shown.clone() });
        let value = self.look_up(start, name.clone(), modifier)?;
        if value.is_none() && self.options.skip_unset {
            let shown = format!("{}{}}}", &self.text[start..sign.end], word.text());
            return Ok(self.meaning(&shown, start));
        }
        let Some(operator) = operator else { return Err(self.unsupported(sign, start)) };
        let given = value.is_some_and(|value| !(colon && value.is_empty()));
        match operator {
            Operator::Default if !given => return Ok(word),
            Operator::Alternative => return Ok(if given { word } else { Spliced::default() }),
            Operator::Required if !given => {
                let state = if value.is_none() { "unset" } else { "empty" };
                let message = if shown.is_empty() { format!("is not allowed to be {state}") } else { shown };
                return Err(self.error(ErrorKind::Unset { name: self.text[name].to_owned(), message }, start));
            }
            _ => {}
        }
        let value = value.unwrap_or_default();
        let value = self.trimmed(operator, &shown, value).map_err(|kind| self.error(kind, start))?;
        Ok(self.meaning(&value, start))
    }

    fn trimmed(&mut self, operator: Operator, pattern: &str, value: &str) -> Result<String, ErrorKind> {
        let steps = &mut self.steps;
        match operator {
            Operator::TrimPrefix => pattern::trim_prefix(pattern, value, Extent::Shortest, steps),
            Operator::TrimLongestPrefix => pattern::trim_prefix(pattern, value, Extent::Longest, steps),
            Operator::TrimSuffix => pattern::trim_suffix(pattern, value, Extent::Shortest, steps),
            Operator::TrimLongestSuffix => pattern::trim_suffix(pattern, value, Extent::Longest, steps),
            _ => Ok(value.to_owned()),
        }
    }

    /// `${X/pattern/replacement}` from after the first slash.
    fn replacement(&mut self, start: usize, name: Range<usize>) -> Result<Spliced, ExpandError> {
        let all = self.peek() == Some('/');
        if all {
            self.next();
        }
        let pattern = self.inner(start, '/', true)?.text().to_owned();
        let by = self.inner(start, '}', true)?.text().to_owned();
        let operator = if all { Operator::ReplaceAll } else { Operator::Replace };
        let modifier = Modifier { operator, colon: false, word: pattern.clone() };
        let shown = format!("${{{}/{pattern}/{by}}}", &self.text[name.clone()]);
        let value = match self.look_up(start, name, Some(modifier))? {
            None if self.options.skip_unset => return Ok(self.meaning(&shown, start)),
            value => value.unwrap_or_default(),
        };
        let value = pattern::replace(&pattern, value, &by, all, &mut self.steps);
        Ok(self.meaning(&value.map_err(|kind| self.error(kind, start))?, start))
    }
}
