//! The joined line taken apart: keyword, flags, arguments.

use std::ops::Range;

use crate::source::Span;
use crate::splice::Spliced;

use super::Keyword;

/// The flags that instructions of any kind know, without their dashes.
pub const FLAGS: [&str; 17] = [
    "checksum",
    "chmod",
    "chown",
    "exclude",
    "from",
    "interval",
    "keep-git-dir",
    "link",
    "mount",
    "network",
    "parents",
    "platform",
    "retries",
    "security",
    "start-interval",
    "start-period",
    "timeout",
];

/// Keyword, flags and arguments, as ranges of [`super::Instruction::line`].
#[derive(Clone, Debug)]
pub struct Head {
    /// The first word.
    pub keyword: Range<usize>,
    /// What it names, if it is an instruction.
    pub name: Option<Keyword>,
    /// The flags, in order.
    pub flags: Vec<Flag>,
    /// The rest, trimmed.
    pub args: Range<usize>,
}

/// `--name` or `--name=value`.
#[derive(Clone, Debug)]
pub struct Flag {
    /// Where it stands in the joined line, quotes included.
    pub range: Range<usize>,
    /// As the builder reads it, quotes and escapes undone.
    pub text: Spliced,
    /// The name without dashes.
    pub name: String,
    /// The value.
    pub value: Option<Spliced>,
    /// Where it stands in the source.
    pub span: Span,
}

/// Takes the part of the joined line from `from` on apart.
pub(super) fn split(line: &Spliced, from: usize, escape: char) -> Head {
    let text = line.text();
    let start = from + lead(&text[from..]);
    let end = from + trimmed_end(&text[from..]);
    let body = if start < end { &text[start..end] } else { "" };
    let word = body.bytes().position(|byte| is_blank(byte.into())).unwrap_or(body.len());
    let rest = body[word..].trim_start_matches(is_blank);
    let mut head = Head {
        keyword: start..start + word,
        name: Keyword::of(&body[..word]),
        flags: Vec::new(),
        args: start.max(end)..start.max(end),
    };
    let rest_at = start + body.len() - rest.len();
    let args = flags(line, rest_at..start + body.len(), escape, &mut head.flags);
    let (lead, trail) = (lead(&text[args.clone()]), trimmed_end(&text[args.clone()]));
    head.args = if lead < trail { args.start + lead..args.start + trail } else { args.end..args.end };
    head
}

/// How many bytes of white space a text begins with. Most begin with none, which is cheap to tell.
pub(super) fn lead(text: &str) -> usize {
    let is_plain = text.as_bytes().first().is_some_and(u8::is_ascii_graphic);
    if is_plain { 0 } else { text.len() - text.trim_start().len() }
}

/// Where the white space at the end of a text begins.
fn trimmed_end(text: &str) -> usize {
    let is_plain = text.as_bytes().last().is_some_and(u8::is_ascii_graphic);
    if is_plain { text.len() } else { text.trim_end().len() }
}

/// The blanks that part words, as the builder's parser has them.
pub(crate) const fn is_blank(char: char) -> bool {
    matches!(char, '\t' | '\x0B' | '\x0C' | '\r' | ' ')
}

/// Whether a byte stands for itself in any word: it is of ASCII and no blank, no quote and no escape character.
pub(crate) const fn is_plain(byte: u8, escape: char) -> bool {
    byte.is_ascii() && byte > b' ' && !matches!(byte, b'\'' | b'"') && byte as char != escape
}

/// Reads the flags at the front; gives the range of what is left.
fn flags(line: &Spliced, range: Range<usize>, escape: char, found: &mut Vec<Flag>) -> Range<usize> {
    let text = &line.text()[..range.end];
    let mut at = range.start;
    loop {
        at += lead(&text[at..]);
        if !text[at..].starts_with("--") {
            return at..range.end;
        }
        let (word, end) = flag_word(line, at, range.end, escape);
        if word.text() == "--" {
            return end..range.end;
        }
        if !word.is_empty() {
            found.push(flag(line, at..end, word));
        }
        at = end;
    }
}

/// One flag's text with quotes and escapes undone, and where it ends.
fn flag_word(line: &Spliced, start: usize, limit: usize, escape: char) -> (Spliced, usize) {
    let text = &line.text()[..limit];
    let (mut word, mut quote, mut at) = (Spliced::default(), None, start);
    while let Some(char) = text[at..].chars().next() {
        let plain = text.as_bytes()[at..].iter().take_while(|&&byte| is_plain(byte, escape)).count();
        if plain > 0 {
            word.push_from(line, at..at + plain);
            at += plain;
            continue;
        }
        let width = char.len_utf8();
        if quote.is_none() && char.is_whitespace() {
            break;
        } else if quote == Some(char) {
            quote = None;
        } else if quote.is_none() && matches!(char, '\'' | '"') {
            quote = Some(char);
        } else if char == escape {
            if let Some(next) = text[at + width..].chars().next() {
                word.push_meaning(next.encode_utf8(&mut [0; 4]), line, at..at + width + next.len_utf8());
                at += next.len_utf8();
            }
        } else {
            push_bytes(&mut word, char, line, at);
        }
        at += width;
    }
    (word, at)
}

/// Appends a character as BuildKit reads it in flags: byte by byte, each byte as a character of its own, so that `é`
/// becomes `Ã©`.
fn push_bytes(word: &mut Spliced, char: char, line: &Spliced, at: usize) {
    if char.is_ascii() {
        word.push_from(line, at..at + 1);
        return;
    }
    let bytes: String = char.encode_utf8(&mut [0; 4]).bytes().map(char::from).collect();
    word.push_meaning(&bytes, line, at..at + char.len_utf8());
}

fn flag(line: &Spliced, range: Range<usize>, text: Spliced) -> Flag {
    let name_and_value = text.text().trim_start_matches("--");
    let dashes = text.text().len() - name_and_value.len();
    let (name, value) = match name_and_value.find('=') {
        Some(at) => (name_and_value[..at].to_owned(), Some(text.slice(dashes + at + 1..text.text().len()))),
        None => (name_and_value.to_owned(), None),
    };
    Flag { span: line.span(range.clone()), range, name, value, text }
}
