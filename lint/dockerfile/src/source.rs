//! A file's bytes as text: encodings, spans, lines and columns, and the way back to byte offsets.

use std::ops::Range;

/// A range of bytes of [`Source::text`], always on character boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span from `start` up to `end`.
    pub const fn new(start: u32, end: u32) -> Self {
        Span { start, end }
    }

    /// The empty span at `offset`.
    pub const fn at(offset: u32) -> Self {
        Span::new(offset, offset)
    }

    /// Length in bytes.
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether it covers no byte.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies inside.
    pub const fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that covers both.
    pub fn to(self, other: Span) -> Span {
        Span::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// As a range for slicing.
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// How the bytes of a file spell its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 without byte order mark.
    Utf8,
    /// UTF-8 with byte order mark; the builder strips it.
    Utf8Bom,
    /// UTF-16, little endian; no builder reads it.
    Utf16Le,
    /// UTF-16, big endian; no builder reads it.
    Utf16Be,
}

impl Encoding {
    /// Whether no builder can read the file.
    pub const fn is_utf16(self) -> bool {
        matches!(self, Encoding::Utf16Le | Encoding::Utf16Be)
    }
}

/// A place as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1. Only `\n` ends a line, as in the builder's parser.
    pub line: u32,
    /// Column, from 1, in Unicode scalar values.
    pub column: u32,
}

/// The text of one file and how to get from it back to the file's bytes.
#[derive(Clone, Debug)]
pub struct Source {
    text: String,
    encoding: Encoding,
    line_starts: Vec<u32>,
    /// Only where text and bytes differ by more than a byte order mark: the file's bytes and, for each
    /// character, its offset in the text and in the bytes, with the two ends as the last entry.
    raw: Option<Raw>,
}

#[derive(Clone, Debug)]
struct Raw {
    bytes: Vec<u8>,
    offsets: Vec<(u32, u32)>,
}

const UTF8_BOM: &[u8] = &[0xEF, 0xBB, 0xBF];

impl Source {
    /// Reads any bytes: UTF-8 with or without byte order mark, UTF-16 of either order (also without
    /// mark, by its zero bytes). What is not text in that encoding stands as U+FFFD in the text and
    /// keeps its bytes in [`Source::original`].
    ///
    /// # Panics
    /// When the input has 4 GiB or more.
    pub fn new(bytes: Vec<u8>) -> Self {
        assert!(u32::try_from(bytes.len()).is_ok(), "a Dockerfile of 4 GiB cannot be addressed");
        let (encoding, bom) = detect(&bytes);
        let (text, raw) = if encoding.is_utf16() {
            let (text, offsets) = decode_utf16(&bytes, bom, encoding == Encoding::Utf16Le);
            (text, Some(Raw { bytes, offsets }))
        } else {
            match String::from_utf8(bytes) {
                Ok(mut text) => {
                    text.drain(..bom);
                    (text, None)
                }
                Err(error) => {
                    let bytes = error.into_bytes();
                    let (text, offsets) = decode_utf8(&bytes, bom);
                    (text, Some(Raw { bytes, offsets }))
                }
            }
        };
        // Lines are about that long.
        let mut line_starts = Vec::with_capacity(text.len() / 32 + 1);
        line_starts.push(0);
        line_starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1));
        Source { text, encoding, line_starts, raw }
    }

    /// The text, without byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How the file spells its text.
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Whether some bytes are not text in the file's encoding.
    pub fn has_invalid_bytes(&self) -> bool {
        self.raw.as_ref().is_some_and(|raw| {
            raw.offsets.windows(2).any(|pair| {
                self.text[pair[0].0 as usize..].starts_with('\u{FFFD}')
                    && !self.is_spelt_replacement(&raw.bytes[pair[0].1 as usize..pair[1].1 as usize])
            })
        })
    }

    fn is_spelt_replacement(&self, bytes: &[u8]) -> bool {
        match self.encoding {
            Encoding::Utf16Le => bytes == [0xFD, 0xFF],
            Encoding::Utf16Be => bytes == [0xFF, 0xFD],
            Encoding::Utf8 | Encoding::Utf8Bom => bytes == "\u{FFFD}".as_bytes(),
        }
    }

    /// The text of a span.
    pub fn slice(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// The whole text as a span.
    pub fn span(&self) -> Span {
        Span::new(0, self.text.len() as u32)
    }

    /// The line (from 1) and the column (from 1, in characters) of an offset.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_of(offset);
        let before = &self.text[self.line_starts[line as usize - 1] as usize..offset as usize];
        Position { line, column: before.chars().count() as u32 + 1 }
    }

    /// The line of an offset, from 1.
    pub fn line_of(&self, offset: u32) -> u32 {
        self.line_starts.partition_point(|&start| start <= offset) as u32
    }

    /// How many lines there are; a final newline begins no further line that counts.
    pub fn line_count(&self) -> u32 {
        let all = self.line_starts.len() as u32;
        if self.text.is_empty() || self.text.ends_with('\n') { all - 1 } else { all }
    }

    /// The span of a line (from 1) without its line ending.
    pub fn line_span(&self, line: u32) -> Span {
        let start = self.line_starts[line as usize - 1];
        let end = self.line_starts.get(line as usize).map_or(self.text.len() as u32, |next| *next);
        let line = &self.text.as_bytes()[start as usize..end as usize];
        let length = line.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
        Span::new(start, start + length as u32)
    }

    /// Where a line (from 1) ends, its line ending included.
    pub fn line_end(&self, line: u32) -> u32 {
        self.line_starts.get(line as usize).copied().unwrap_or(self.text.len() as u32)
    }

    /// The line ending that the file uses, by its first line.
    pub fn newline(&self) -> &'static str {
        match self.text.find('\n') {
            Some(at) if self.text[..at].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }

    /// The offset in the file's bytes of an offset in the text.
    pub fn file_offset(&self, offset: u32) -> u32 {
        match &self.raw {
            None => offset + self.bom_len(),
            Some(raw) => {
                let at = raw.offsets.partition_point(|&(text, _)| text < offset);
                raw.offsets[at.min(raw.offsets.len() - 1)].1
            }
        }
    }

    /// How many bytes the file has.
    pub fn file_len(&self) -> u32 {
        self.file_offset(self.text.len() as u32)
    }

    fn bom_len(&self) -> u32 {
        if self.encoding == Encoding::Utf8Bom { UTF8_BOM.len() as u32 } else { 0 }
    }

    /// The file's own bytes for a span.
    pub fn original(&self, span: Span) -> &[u8] {
        match &self.raw {
            None => &self.text.as_bytes()[span.range()],
            Some(raw) => &raw.bytes[self.file_offset(span.start) as usize..self.file_offset(span.end) as usize],
        }
    }

    /// The bytes before the text: the byte order mark, if the file has one.
    pub fn mark(&self) -> &[u8] {
        match &self.raw {
            None => &UTF8_BOM[..self.bom_len() as usize],
            Some(raw) => &raw.bytes[..raw.offsets[0].1 as usize],
        }
    }

    /// New text in the file's encoding, as bytes.
    pub fn encode(&self, text: &str) -> Vec<u8> {
        match self.encoding {
            Encoding::Utf8 | Encoding::Utf8Bom => text.as_bytes().to_vec(),
            Encoding::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }
}

/// The encoding and the length of the byte order mark.
fn detect(bytes: &[u8]) -> (Encoding, usize) {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => (Encoding::Utf8Bom, 3),
        [0xFF, 0xFE, ..] => (Encoding::Utf16Le, 2),
        [0xFE, 0xFF, ..] => (Encoding::Utf16Be, 2),
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => (Encoding::Utf16Le, 0),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => (Encoding::Utf16Be, 0),
        _ => (Encoding::Utf8, 0),
    }
}

fn decode_utf16(bytes: &[u8], bom: usize, little: bool) -> (String, Vec<(u32, u32)>) {
    let (pairs, odd) = bytes[bom..].as_chunks::<2>();
    let units = pairs.iter().map(|&pair| if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) });
    let (mut text, mut offsets, mut at) = (String::with_capacity(bytes.len() / 2), Vec::new(), bom as u32);
    for unit in char::decode_utf16(units) {
        let char = unit.unwrap_or(char::REPLACEMENT_CHARACTER);
        offsets.push((text.len() as u32, at));
        text.push(char);
        at += 2 * char.len_utf16() as u32;
    }
    if !odd.is_empty() {
        offsets.push((text.len() as u32, at));
        text.push(char::REPLACEMENT_CHARACTER);
    }
    offsets.push((text.len() as u32, bytes.len() as u32));
    (text, offsets)
}

fn decode_utf8(bytes: &[u8], bom: usize) -> (String, Vec<(u32, u32)>) {
    let (mut text, mut offsets, mut at) = (String::with_capacity(bytes.len()), Vec::new(), bom as u32);
    for chunk in bytes[bom..].utf8_chunks() {
        for char in chunk.valid().chars() {
            offsets.push((text.len() as u32, at));
            text.push(char);
            at += char.len_utf8() as u32;
        }
        if !chunk.invalid().is_empty() {
            offsets.push((text.len() as u32, at));
            text.push(char::REPLACEMENT_CHARACTER);
            at += chunk.invalid().len() as u32;
        }
    }
    offsets.push((text.len() as u32, at));
    (text, offsets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_only_newlines_end_lines() {
        let source = Source::new("FROM ä\r\nRUN x\rRUN y\n".into());
        assert_eq!(source.position(8), Position { line: 1, column: 8 });
        assert_eq!(source.position(15), Position { line: 2, column: 7 });
        assert_eq!(source.line_count(), 2);
        assert_eq!(source.slice(source.line_span(1)), "FROM ä");
        assert_eq!(source.newline(), "\r\n");
    }

    #[test]
    fn every_encoding_gives_back_its_bytes() {
        let utf16: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain("FROM 𝒳".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for (bytes, encoding, text) in [
            (b"FROM x".to_vec(), Encoding::Utf8, "FROM x"),
            (b"\xEF\xBB\xBFFROM x".to_vec(), Encoding::Utf8Bom, "FROM x"),
            (utf16, Encoding::Utf16Le, "FROM 𝒳"),
            (b"\0F\0R\0O".to_vec(), Encoding::Utf16Be, "FRO"),
            (b"A\0B\0\0\xD8C".to_vec(), Encoding::Utf16Le, "AB\u{FFFD}\u{FFFD}"),
            (b"RUN \xFF\xC3 x".to_vec(), Encoding::Utf8, "RUN \u{FFFD}\u{FFFD} x"),
        ] {
            let source = Source::new(bytes.clone());
            assert_eq!((source.encoding(), source.text()), (encoding, text));
            let mut back = source.mark().to_vec();
            back.extend_from_slice(source.original(source.span()));
            assert_eq!(back, bytes);
            assert_eq!(source.file_len() as usize, bytes.len());
        }
    }

    #[test]
    fn a_replacement_character_that_the_author_wrote_is_not_an_invalid_byte() {
        assert!(!Source::new("RUN \u{FFFD}".into()).has_invalid_bytes());
        assert!(Source::new(b"RUN \xFF".to_vec()).has_invalid_bytes());
    }
}
