//! Windows argument parsing: what a program gets of a command line, and which double quotes are lost on the way.

use std::ops::Range;
use std::sync::LazyLock;

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
    parts(text.text(), &mut |part| match part {
        Part::Kept(range) => out.push_from(text, range),
        Part::Meaning(meaning, range) => out.push_meaning(meaning, text, range),
        Part::Gap(range) => out.push_meaning(" ", text, range),
        Part::Quote(_) => {}
    });
    out
}

/// The double quotes that argument parsing takes away, in order: also those around a whole argument.
pub fn loses_quotes(text: &Spliced) -> Vec<Span> {
    let mut quotes = Vec::new();
    if text.text().contains('"') {
        parts(text.text(), &mut |part| {
            if let Part::Quote(range) = part {
                quotes.push(text.span(range));
            }
        });
    }
    quotes
}

static TWO_BLANKS: LazyLock<memchr::memmem::Finder<'static>> = LazyLock::new(|| memchr::memmem::Finder::new("  "));

/// Takes a line apart, from left to right.
fn parts(line: &str, found: &mut dyn FnMut(Part)) {
    let bytes = line.as_bytes();
    let mut quoted = false;
    let end = if ends_quoted(bytes) { bytes.len() } else { line.trim_end_matches([' ', '\t']).len() };
    let mut at = line.len() - line.trim_start_matches([' ', '\t']).len();
    // What stays as it is from here to the next part that does not.
    let mut kept = at;
    // The next quote or tab.
    let mut sign = at;
    while at < end {
        if sign <= at {
            sign = memchr::memchr2(b'"', b'\t', &bytes[at..end]).map_or(end, |next| at + next);
        }
        // One blank means itself.
        let blanks = if quoted { None } else { TWO_BLANKS.find(&bytes[at..sign]) };
        let next = blanks.map_or(sign, |blanks| at + blanks);
        if bytes.get(next) == Some(&b'"') {
            at = quote(bytes, kept, next, &mut quoted, found);
            kept = at;
        } else if next == end || quoted {
            at = next + 1;
        } else {
            let start = if next > at && bytes[next - 1] == b' ' { next - 1 } else { next };
            at = next;
            while matches!(bytes.get(at), Some(b' ' | b'\t')) {
                at += 1;
            }
            keep(kept..start, found);
            found(Part::Gap(start..at));
            kept = at;
        }
    }
    keep(kept..end.max(kept), found);
}

fn keep(range: Range<usize>, found: &mut dyn FnMut(Part)) {
    if !range.is_empty() {
        found(Part::Kept(range));
    }
}

/// The parts of a quote at `at` and of what is kept before it, from `kept` on; where to go on. Backslashes before a
/// quote are no literal ones: two mean one, and an odd one keeps the quote.
fn quote(bytes: &[u8], kept: usize, at: usize, quoted: &mut bool, found: &mut dyn FnMut(Part)) -> usize {
    let slashes = bytes[kept..at].iter().rev().take_while(|byte| **byte == b'\\').count();
    let start = at - slashes;
    keep(kept..start, found);
    for pair in 0..slashes / 2 {
        found(Part::Meaning("\\", start + 2 * pair..start + 2 * pair + 2));
    }
    if slashes % 2 == 1 {
        found(Part::Meaning("\"", at - 1..at + 1));
    } else if *quoted && bytes.get(at + 1) == Some(&b'"') {
        found(Part::Meaning("\"", at..at + 2));
        return at + 2;
    } else {
        *quoted = !*quoted;
        found(Part::Quote(at..at + 1));
    }
    at + 1
}

/// Whether the end of the line stands inside quotes, where blanks count.
fn ends_quoted(bytes: &[u8]) -> bool {
    let (mut quoted, mut at) = (false, 0);
    while let Some(next) = memchr::memchr(b'"', &bytes[at..]) {
        let slashes = bytes[at..at + next].iter().rev().take_while(|byte| **byte == b'\\').count();
        at += next + 1;
        if slashes % 2 == 0 {
            if quoted && bytes.get(at) == Some(&b'"') {
                at += 1;
            } else {
                quoted = !quoted;
            }
        }
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
