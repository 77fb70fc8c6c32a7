//! Windows argument parsing: what a program gets of a command line, and which double quotes are lost on the way.

use std::ops::Range;

use crate::source::Span;
use crate::splice::Spliced;

/// What argument parsing makes of a part of the command line.
enum Part {
    /// Bytes that stay as they are.
    Kept(Range<usize>),
    /// An escape and what it means.
    Meaning(&'static str, Range<usize>),
    /// A double quote that only groups.
    Quote(Range<usize>),
    /// Blanks between two arguments.
    Gap(Range<usize>),
}

/// What powershell.exe puts together of the arguments after `-Command`: each argument with its quotes and
/// backslash escapes undone, one blank between them.
///
/// ```
/// use dockerfile::{script::argv::unquote, splice::Spliced};
///
/// let line = Spliced::verbatim(r#"  "Write-Host \"a  b\"; exit"  1"#, 0);
/// assert_eq!(unquote(&line).text(), r#"Write-Host "a  b"; exit 1"#);
/// ```
pub fn unquote(text: &Spliced) -> Spliced {
    let mut out = Spliced::default();
    for part in parts(text.text()) {
        match part {
            Part::Kept(range) => out.push_from(text, range),
            Part::Meaning(meaning, range) => out.push_meaning(meaning, text, range),
            Part::Gap(range) => out.push_meaning(" ", text, range),
            Part::Quote(_) => {}
        }
    }
    out
}

/// The double quotes that argument parsing takes away, in order: also those around a whole argument.
pub fn loses_quotes(text: &Spliced) -> Vec<Span> {
    if !text.text().contains('"') {
        return Vec::new();
    }
    let quotes = parts(text.text()).into_iter().filter_map(|part| match part {
        Part::Quote(range) => Some(text.span(range)),
        _ => None,
    });
    quotes.collect()
}

fn parts(line: &str) -> Vec<Part> {
    let bytes = line.as_bytes();
    let mut found = Vec::new();
    let mut quoted = false;
    let end = if ends_quoted(bytes) { bytes.len() } else { line.trim_end_matches([' ', '\t']).len() };
    let mut at = line.len() - line.trim_start_matches([' ', '\t']).len();
    while at < end {
        let start = at;
        match bytes[at] {
            b'\\' => {
                while bytes.get(at) == Some(&b'\\') {
                    at += 1;
                }
                at = backslashes(start, at, bytes.get(at) == Some(&b'"'), &mut found);
            }
            b'"' if quoted && bytes.get(at + 1) == Some(&b'"') => {
                at += 2;
                found.push(Part::Meaning("\"", start..at));
            }
            b'"' => {
                at += 1;
                quoted = !quoted;
                found.push(Part::Quote(start..at));
            }
            b' ' | b'\t' if !quoted => {
                while matches!(bytes.get(at), Some(b' ' | b'\t')) {
                    at += 1;
                }
                // One blank means itself.
                if &line[start..at] == " " {
                    keep(start..at, &mut found);
                } else {
                    found.push(Part::Gap(start..at));
                }
            }
            _ => {
                let stops = |byte: &u8| matches!(byte, b'\\' | b'"') || !quoted && matches!(byte, b' ' | b'\t');
                at += bytes[at..end].iter().position(stops).unwrap_or(end - at);
                keep(start..at, &mut found);
            }
        }
    }
    found
}

/// Keeps a range, as one part with what is kept right before it.
fn keep(range: Range<usize>, found: &mut Vec<Part>) {
    match found.last_mut() {
        Some(Part::Kept(last)) if last.end == range.start => last.end = range.end,
        _ => found.push(Part::Kept(range)),
    }
}

/// Backslashes are literal unless a quote follows: then two mean one, and an odd one keeps the quote.
fn backslashes(start: usize, end: usize, before_quote: bool, found: &mut Vec<Part>) -> usize {
    if !before_quote {
        keep(start..end, found);
        return end;
    }
    let pairs = (end - start) / 2;
    found.extend((0..pairs).map(|pair| Part::Meaning("\\", start + 2 * pair..start + 2 * pair + 2)));
    if (end - start).is_multiple_of(2) {
        return end;
    }
    found.push(Part::Meaning("\"", end - 1..end + 1));
    end + 1
}

/// Whether the end of the line stands inside quotes, where blanks count.
fn ends_quoted(bytes: &[u8]) -> bool {
    if !bytes.contains(&b'"') {
        return false;
    }
    let (mut quoted, mut at) = (false, 0);
    while at < bytes.len() {
        let slashes = bytes[at..].iter().take_while(|byte| **byte == b'\\').count();
        at += slashes;
        if bytes.get(at) == Some(&b'"') && slashes % 2 == 0 {
            if quoted && bytes.get(at + 1) == Some(&b'"') {
                at += 1;
            } else {
                quoted = !quoted;
            }
        }
        at += 1;
    }
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(line: &str) -> String {
        unquote(&Spliced::verbatim(line, 0)).text().to_owned()
    }

    #[test]
    fn quotes_and_backslashes_are_undone_as_windows_does() {
        for (line, text) in [
            ("Write-Host a", "Write-Host a"),
            ("  Write-Host   a\t b  ", "Write-Host a b"),
            (r#""Write-Host  'a'""#, "Write-Host  'a'"),
            (r#"Write-Host "a  b""#, "Write-Host a  b"),
            (r#"Write-Host \"a  b\""#, r#"Write-Host "a b""#),
            (r#""Write-Host \"a  b\"""#, r#"Write-Host "a  b""#),
            (r#""a ""b"" c""#, r#"a "b" c"#),
            (r#""""a b""""#, r#""a b""#),
            (r#""C:\dir\\" x"#, r"C:\dir\ x"),
            (r"C:\dir\\x", r"C:\dir\\x"),
            (r#"a\\\"b"#, r#"a\"b"#),
            (r#""a" "" b"#, "a  b"),
            (r#""open  end  "#, "open  end  "),
            (r#"\""#, "\""),
            ("", ""),
            ("äö \"ü  ß\"", "äö ü  ß"),
        ] {
            assert_eq!(read(line), text, "{line}");
        }
    }

    #[test]
    fn every_byte_leads_back_to_where_it_was_written() {
        // source: `RUN powershell -Command "a \"b` + continuation + `\" c"`
        let mut line = Spliced::verbatim(r#""a \"b"#, 24);
        line.push(r#"\"   c""#, Span::new(33, 40));
        let out = unquote(&line);
        assert_eq!(out.text(), "a \"b\"   c");
        assert_eq!(out.span(0..1), Span::new(25, 26));
        assert_eq!(out.span(2..3), Span::new(27, 29));
        assert_eq!(out.span(3..4), Span::new(29, 30));
        assert_eq!(out.span(4..5), Span::new(33, 35));
        assert_eq!(out.span(8..9), Span::new(38, 39));
    }

    #[test]
    fn a_run_of_blanks_stands_for_all_of_them() {
        let out = unquote(&Spliced::verbatim("a \t b", 10));
        assert_eq!(out.span(1..2), Span::new(11, 14));
        assert_eq!(out.span(2..3), Span::new(14, 15));
    }

    #[test]
    fn lost_quotes_are_those_that_only_group() {
        let source = r#"Write-Host "a b" \"c\" "d""e""#;
        let spans = loses_quotes(&Spliced::verbatim(source, 0));
        assert_eq!(spans, [Span::new(11, 12), Span::new(15, 16), Span::new(23, 24), Span::new(28, 29)]);
        assert!(spans.iter().all(|span| &source[span.range()] == "\""));
    }

    proptest! {
        #[test]
        fn spans_stay_inside_and_on_character_boundaries(line in r#"[ \t"\\aß'$]{0,40}"#) {
            let out = unquote(&Spliced::verbatim(&line, 0));
            for (at, char) in out.text().char_indices() {
                let span = out.span(at..at + char.len_utf8());
                prop_assert!(line.get(span.range()).is_some(), "{line:?} {at}");
            }
        }
    }
}
