//! JSON arrays of strings, as Go's `encoding/json` takes them, and where they fail: an array that fails is
//! no error for the builder, it silently becomes the shell form.

use std::ops::Range;

use crate::source::Span;
use crate::splice::Spliced;
use crate::typography;

use super::Word;

/// Why an argument that begins with `[` is not a JSON array of strings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonFault {
    /// What is wrong.
    pub kind: JsonFaultKind,
    /// Where JSON fails first.
    pub span: Span,
}

/// The kinds of [`JsonFault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonFaultKind {
    /// `\` before something that JSON does not escape.
    BadEscape,
    /// A string in single quotes.
    SingleQuote,
    /// A string in typographic quotes.
    TypographicQuote,
    /// A string without quotes.
    Unquoted,
    /// A comma before `]`.
    TrailingComma,
    /// Two elements without a comma between.
    MissingComma,
    /// A control character inside a string.
    ControlCharacter,
    /// A string or the array does not end.
    Unterminated,
    /// More text behind the array.
    TrailingText,
    /// Valid JSON, but an element is no string: the one fault at which the builder stops.
    NotStrings,
}

/// Whether the text is a JSON array of strings.
pub fn is_array(text: &str) -> bool {
    text.trim_start().starts_with('[') && parse(&Spliced::verbatim(text, 0), 0..text.len()).is_ok()
}

/// The strings of the array in a part of a joined line, decoded, or where and why it is none.
pub fn parse(line: &Spliced, range: Range<usize>) -> Result<Vec<Word>, JsonFault> {
    let mut reader = Reader { line, text: &line.text()[..range.end], at: range.start, not_string: None };
    reader.blanks();
    let words = reader.array(0)?;
    reader.blanks();
    if reader.at < range.end {
        return Err(reader.fault_at(JsonFaultKind::TrailingText, reader.at..range.end));
    }
    match reader.not_string {
        Some(span) => Err(JsonFault { kind: JsonFaultKind::NotStrings, span }),
        None => Ok(words),
    }
}

/// Arrays nested deeper than this are read as a fault; the builder would refuse them anyway.
const MAX_DEPTH: usize = 64;

struct Reader<'a> {
    line: &'a Spliced,
    text: &'a str,
    at: usize,
    not_string: Option<Span>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn blanks(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    fn fault(&self, kind: JsonFaultKind) -> JsonFault {
        let width = self.peek().map_or(0, char::len_utf8);
        self.fault_at(kind, self.at..self.at + width)
    }

    fn fault_at(&self, kind: JsonFaultKind, range: Range<usize>) -> JsonFault {
        JsonFault { kind, span: self.line.span(range) }
    }

    /// The array whose `[` comes next.
    fn array(&mut self, depth: usize) -> Result<Vec<Word>, JsonFault> {
        let mut words = Vec::new();
        if self.peek() != Some('[') || depth > MAX_DEPTH {
            return Err(self.fault(JsonFaultKind::Unquoted));
        }
        self.at += 1;
        self.blanks();
        if self.peek() == Some(']') {
            self.at += 1;
            return Ok(words);
        }
        loop {
            self.blanks();
            let start = self.at;
            match self.peek() {
                Some('"') => words.push(self.string()?),
                _ => {
                    self.other(depth)?;
                    self.not_string.get_or_insert(self.line.span(start..self.at));
                }
            }
            self.blanks();
            match self.peek() {
                Some(',') => {
                    let comma = self.at;
                    self.at += 1;
                    self.blanks();
                    if self.peek() == Some(']') {
                        return Err(self.fault_at(JsonFaultKind::TrailingComma, comma..comma + 1));
                    }
                }
                Some(']') => {
                    self.at += 1;
                    return Ok(words);
                }
                None => return Err(self.fault(JsonFaultKind::Unterminated)),
                Some(_) => return Err(self.fault(JsonFaultKind::MissingComma)),
            }
        }
    }

    /// A value that is no string.
    fn other(&mut self, depth: usize) -> Result<(), JsonFault> {
        let rest = &self.text[self.at..];
        for word in ["true", "false", "null"] {
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(());
            }
        }
        match self.peek() {
            None => Err(self.fault(JsonFaultKind::Unterminated)),
            Some('[') => self.array(depth + 1).map(drop),
            Some('{') => self.object(depth + 1),
            Some('\'') => Err(self.fault(JsonFaultKind::SingleQuote)),
            Some(quote) if typography::is_single(quote) || typography::is_double(quote) => {
                Err(self.fault(JsonFaultKind::TypographicQuote))
            }
            Some('-' | '0'..='9') => {
                let len = number_len(rest);
                if len == 0 {
                    return Err(self.fault(JsonFaultKind::Unquoted));
                }
                self.at += len;
                Ok(())
            }
            Some(_) => Err(self.fault(JsonFaultKind::Unquoted)),
        }
    }

    fn object(&mut self, depth: usize) -> Result<(), JsonFault> {
        if depth > MAX_DEPTH {
            return Err(self.fault(JsonFaultKind::Unquoted));
        }
        self.at += 1;
        self.blanks();
        if self.peek() == Some('}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.blanks();
            if self.peek() != Some('"') {
                return Err(self.fault(JsonFaultKind::Unquoted));
            }
            self.string()?;
            self.blanks();
            if self.peek() != Some(':') {
                return Err(self.fault(JsonFaultKind::MissingComma));
            }
            self.at += 1;
            self.blanks();
            if self.peek() == Some('"') {
                self.string()?;
            } else {
                self.other(depth)?;
            }
            self.blanks();
            match self.peek() {
                Some(',') => self.at += 1,
                Some('}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.fault(JsonFaultKind::MissingComma)),
            }
        }
    }

    /// The string whose opening quote comes next, decoded.
    fn string(&mut self) -> Result<Word, JsonFault> {
        let start = self.at;
        let mut decoded = Spliced::default();
        self.at += 1;
        loop {
            let plain_from = self.at;
            let mut rest = self.text[self.at..].bytes();
            let stop = rest.position(|byte| matches!(byte, b'"' | b'\\') || byte < b' ');
            self.at = stop.map_or(self.text.len(), |stop| self.at + stop);
            decoded.push_from(self.line, plain_from..self.at);
            match self.peek() {
                Some('"') => {
                    self.at += 1;
                    return Ok(Word { span: self.line.span(start..self.at), range: start..self.at, text: decoded });
                }
                Some('\\') => self.escape(&mut decoded)?,
                Some(_) => return Err(self.fault(JsonFaultKind::ControlCharacter)),
                None => return Err(self.fault_at(JsonFaultKind::Unterminated, start..start + 1)),
            }
        }
    }

    fn escape(&mut self, decoded: &mut Spliced) -> Result<(), JsonFault> {
        let start = self.at;
        let Some(char) = self.text[start + 1..].chars().next() else {
            return Err(self.fault(JsonFaultKind::Unterminated));
        };
        let (meaning, len) = match escape(&self.text[start..]) {
            Some(found) => found,
            None if char == 'u' => return Err(self.fault_at(JsonFaultKind::BadEscape, start..start + 2)),
            None => return Err(self.fault_at(JsonFaultKind::BadEscape, start..start + 1 + char.len_utf8())),
        };
        decoded.push_meaning(meaning.encode_utf8(&mut [0; 4]), self.line, start..start + len);
        self.at += len;
        Ok(())
    }
}

/// What JSON makes of the backslash at the front and what follows it, and their length.
pub(super) fn escape(text: &str) -> Option<(char, usize)> {
    match text[1..].chars().next()? {
        char @ ('"' | '\\' | '/') => Some((char, 2)),
        'b' => Some(('\u{8}', 2)),
        'f' => Some(('\u{C}', 2)),
        'n' => Some(('\n', 2)),
        'r' => Some(('\r', 2)),
        't' => Some(('\t', 2)),
        'u' => unicode_escape(text),
        _ => None,
    }
}

/// The character of a `\u` escape with four digits, or of a surrogate pair of them, and the length of what spells it.
fn unicode_escape(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| u32::from_str_radix(text.get(at..at + 6)?.strip_prefix("\\u")?, 16).ok();
    let valid =
        |at: usize| text.get(at + 2..at + 6).is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let first = unit(0).filter(|_| valid(0))?;
    if (0xD800..0xDC00).contains(&first)
        && let Some(second) = unit(6).filter(|second| valid(6) && (0xDC00..0xE000).contains(second))
    {
        let char = char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
        return char.map(|char| (char, 12));
    }
    Some((char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 6))
}

/// The length of the JSON number at the front, 0 when there is none.
fn number_len(text: &str) -> usize {
    let digits = |from: usize| text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let sign = usize::from(text.starts_with('-'));
    let whole = if text[sign..].starts_with('0') { 1 } else { digits(sign) };
    if whole == 0 {
        return 0;
    }
    let mut end = sign + whole;
    if text[end..].starts_with('.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = usize::from(text[end + 1..].starts_with(['+', '-']));
        if digits(end + 1 + sign) > 0 {
            end += 1 + sign + digits(end + 1 + sign);
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Result<Vec<String>, JsonFaultKind> {
        let spliced = Spliced::verbatim(text, 0);
        let words = parse(&spliced, 0..text.len()).map_err(|fault| fault.kind)?;
        Ok(words.into_iter().map(|word| word.text.text().to_owned()).collect())
    }

    #[test]
    fn arrays_decode_as_go_decodes_them() {
        for (text, expected) in [
            (r#"["a", "b c"]"#, vec!["a", "b c"]),
            ("[]", vec![]),
            (r#" [ "C:\\x" ] "#, vec!["C:\\x"]),
            (r#"["C:\tools\boot.exe"]"#, vec!["C:\tools\u{8}oot.exe"]),
            (r#"["\u00e4\ud834\udd1e\ud800"]"#, vec!["ä𝄞\u{FFFD}"]),
        ] {
            assert_eq!(words(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn faults_have_a_kind_and_a_place() {
        use JsonFaultKind::*;
        for (text, kind, place) in [
            (r#"["C:\app"]"#, BadEscape, r"\a"),
            (r#"["C:\Temp\"]"#, BadEscape, r"\T"),
            (r#"["a\"]"#, Unterminated, "\""),
            ("['a']", SingleQuote, "'"),
            ("[“a”]", TypographicQuote, "“"),
            ("[a]", Unquoted, "a"),
            (r#"["a",]"#, TrailingComma, ","),
            (r#"["a" "b"]"#, MissingComma, "\""),
            (r#"["a"] && b"#, TrailingText, "&& b"),
            (r#"["a", 1, {"b": [true, -0.5e3]}]"#, NotStrings, "1"),
            ("[\"a\tb\"]", ControlCharacter, "\t"),
            (r#"["a", 01]"#, MissingComma, "1"),
            ("[", Unterminated, ""),
        ] {
            let fault = parse(&Spliced::verbatim(text, 0), 0..text.len()).unwrap_err();
            assert_eq!((fault.kind, &text[fault.span.range()]), (kind, place), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_a_fault_and_no_overflow() {
        assert!(words(&"[".repeat(100_000)).is_err());
        assert!(words(&format!("[{}", "{\"a\":".repeat(100_000))).is_err());
    }
}
