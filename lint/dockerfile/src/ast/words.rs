//! Arguments cut into words, in the builder's two ways: at blanks only, and with an eye to quotes.

use std::ops::Range;

use crate::splice::Spliced;
use crate::syntax::{is_blank, is_plain};

use super::Word;

/// A word of the joined line.
pub(super) fn word(line: &Spliced, range: Range<usize>) -> Word {
    Word { text: line.slice(range.clone()), span: line.span(range.clone()), range }
}

/// Cuts at blanks; quotes do not matter.
pub fn split_blanks(line: &Spliced, range: Range<usize>) -> Vec<Word> {
    let text = &line.text()[range.clone()];
    let mut words = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        let start = at + rest.iter().take_while(|&&byte| is_blank(byte.into())).count();
        let rest = &text.as_bytes()[start..];
        at = start + rest.iter().take_while(|&&byte| !is_blank(byte.into())).count();
        if at > start {
            words.push(word(line, range.start + start..range.start + at));
        }
    }
    words
}

/// Cuts at white space outside quotes, as for `ENV`, `LABEL` and `ARG`. The words keep their quotes.
pub(super) fn split_quoted(line: &Spliced, range: Range<usize>, escape: char) -> Vec<Word> {
    let text = &line.text()[..range.end];
    let (mut words, mut start, mut quote) = (Vec::new(), None, None);
    let mut at = range.start;
    while let Some(char) = text[at..].chars().next() {
        let width = char.len_utf8();
        if start.is_none() && char.is_whitespace() {
            at += width;
            continue;
        }
        let from = *start.get_or_insert(at);
        let plain = text.as_bytes()[at..].iter().take_while(|&&byte| is_plain(byte, escape)).count();
        if plain > 0 {
            at += plain;
            continue;
        }
        let skips = char == escape && quote != Some('\'');
        if quote.is_none() && char.is_whitespace() {
            words.push(word(line, from..at));
            start = None;
        } else if quote == Some(char) {
            quote = None;
        } else if quote.is_none() && matches!(char, '\'' | '"') {
            quote = Some(char);
        }
        at += width;
        if skips && start.is_some() {
            // The escape character and the next one belong to the word; at the very end it falls away.
            match text[at..].chars().next() {
                Some(next) => at += next.len_utf8(),
                None => {
                    words.extend((from < at - width).then(|| word(line, from..at - width)));
                    return words;
                }
            }
        }
    }
    words.extend(start.map(|from| word(line, from..range.end)));
    words
}
