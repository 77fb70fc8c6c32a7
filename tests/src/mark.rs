//! Marks: comment lines in an example that show what is found in the line above.
//!
//! ```text
//! FROM mcr.microsoft.com/windows/servercore:ltsc2022
//! CMD ["cmd"]
//! #^^ multiple-cmd-entrypoint
//! COPY a C:\app\bin
//! #      ^^^^^^^^^^ backslash-eaten-in-path
//! ```
//!
//! - The carets stand below what is found, by column, in characters. Each finding has its own line; findings in
//!   one line are in order of column, then of rule.
//! - In columns 1 and 2, which the `#` and the blank behind it take up, the `#` is itself the first mark: `#^^` is
//!   columns 1 to 3, and ` #^` is columns 2 to 3. `#< rule` marks the one character above the `#`.
//! - `|` instead of carets marks an empty place: before the character above it. `#|` is the one above the `#`.
//! - `^^^... rule` is found over several lines: the marks reach to the end of the first.
//!
//! The marks are cut out before the example is read. When the last line of a file is a mark without line ending,
//! the file itself has none at its end.

use dockerfile::diagnostic::Diagnostic;
use dockerfile::source::{Source, Span};

/// The example without its marks.
pub fn cut(marked: Vec<u8>) -> Source {
    let marked = Source::new(marked);
    let count = marked.line_count();
    let is_kept = |&line: &u32| !is_mark(marked.slice(marked.line_span(line)));
    let kept: Vec<u32> = (1..=count).filter(is_kept).collect();
    let open_end = kept.last() != Some(&count) && !marked.text().ends_with('\n');
    let mut bytes = marked.mark().to_vec();
    for (index, &line) in kept.iter().enumerate() {
        let span = marked.line_span(line);
        let is_last = index + 1 == kept.len();
        let end = if is_last && open_end { span.end } else { marked.line_end(line) };
        bytes.extend_from_slice(marked.original(Span::new(span.start, end)));
    }
    Source::new(bytes)
}

/// The example with a mark for each finding.
pub fn add(source: &Source, found: &[Diagnostic]) -> Vec<u8> {
    let count = source.line_count().max(1);
    let newline = source.newline();
    let mut marks: Vec<(u32, String)> = found.iter().map(|finding| mark(source, finding)).collect();
    marks.sort_by_key(|&(line, _)| line.min(count));
    let mut bytes = source.mark().to_vec();
    let mut marks = marks.into_iter().peekable();
    for line in 1..=count {
        let end = source.line_end(line);
        bytes.extend_from_slice(source.original(Span::new(source.line_span(line).start, end)));
        let mut open = end > 0 && !source.slice(Span::new(0, end)).ends_with('\n');
        while let Some((_, mark)) = marks.next_if(|&(at, _)| at.min(count) == line) {
            let text = if open { format!("{newline}{mark}") } else { format!("{mark}{newline}") };
            bytes.extend(source.encode(&text));
            open &= line == count;
        }
    }
    bytes
}

/// The line that a finding begins in, and its mark.
fn mark(source: &Source, finding: &Diagnostic) -> (u32, String) {
    let (start, end) = (source.position(finding.span.start), source.position(finding.span.end));
    let several = end.line > start.line;
    let last = if several { source.position(source.line_span(start.line).end).column } else { end.column };
    let (column, width) = (start.column as usize, last.saturating_sub(start.column) as usize);
    let lead = " ".repeat(column.saturating_sub(if column < 3 { 1 } else { 2 }));
    let mut text = match (column, width) {
        (1 | 2, 0) => format!("{lead}#|"),
        (1 | 2, 1) => format!("{lead}#<"),
        (1 | 2, _) => format!("{lead}#{}", "^".repeat(width - 1)),
        (_, 0) => format!("#{lead}|"),
        _ => format!("#{lead}{}", "^".repeat(width)),
    };
    if several {
        text.push_str("...");
    }
    (start.line, format!("{text} {}", finding.rule))
}

/// Whether a line is a mark: also one at a wrong place or of another rule, but not one of an unknown rule.
fn is_mark(line: &str) -> bool {
    let Some(rest) = line.trim_start_matches(' ').strip_prefix('#') else { return false };
    let rest = rest.trim_start_matches(' ');
    let carets = rest.trim_start_matches('^');
    let after = if carets.len() < rest.len() { Some(carets) } else { rest.strip_prefix(['|', '<']) };
    let Some(after) = after else { return false };
    after.strip_prefix("...").unwrap_or(after).strip_prefix(' ').is_some_and(|id| rules::rule(id.trim_end()).is_some())
}

#[cfg(test)]
mod tests {
    use dockerfile::diagnostic::Severity;

    use super::*;

    const RULE: &str = "multiple-cmd-entrypoint";

    fn found(start: u32, end: u32) -> Diagnostic {
        Diagnostic {
            rule: RULE,
            group: "metadata",
            severity: Severity::Error,
            message: String::new(),
            help: String::new(),
            seen: None,
            span: Span::new(start, end),
            labels: Vec::new(),
            fix: None,
            secrets: [].into(),
        }
    }

    #[test]
    fn marks_stand_below_what_is_found() {
        let source = Source::new("äbcdef\nghi\n".into());
        for (start, end, mark) in [
            (4, 6, "#  ^^"),
            (3, 4, "# ^"),
            (0, 7, "#^^^^^"),
            (2, 7, " #^^^^"),
            (0, 2, "#<"),
            (2, 3, " #<"),
            (0, 0, "#|"),
            (2, 2, " #|"),
            (3, 3, "# |"),
            (7, 7, "#     |"),
            (5, 9, "#   ^^..."),
            (5, 8, "#   ^^..."),
            (7, 9, "#     |..."),
        ] {
            let marked = add(&source, &[found(start, end)]);
            let expected = format!("äbcdef\n{mark} {RULE}\nghi\n");
            assert_eq!(String::from_utf8(marked.clone()).unwrap(), expected, "{start}..{end}");
            assert_eq!(cut(marked).text(), source.text());
        }
    }

    #[test]
    fn cutting_gives_back_the_bytes() {
        let utf16 = |text: &str| [vec![0xFF, 0xFE], text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
        for bytes in [
            b"FROM x\nRUN y\n".to_vec(),
            b"FROM x\r\nRUN y\r\n".to_vec(),
            b"FROM x\nRUN y".to_vec(),
            b"FROM x\r\nRUN y".to_vec(),
            b"\xEF\xBB\xBFFROM x\nRUN y\n\n".to_vec(),
            b"FROM \xFF\xFE x\nRUN y\n".to_vec(),
            utf16("FROM x\r\nRUN y\r\n"),
            utf16("FROM x\nRUN y"),
        ] {
            let source = Source::new(bytes.clone());
            let all = source.span().end;
            let marked = add(&source, &[found(0, 4), found(2, all), found(all - 2, all), found(all, all)]);
            assert!(marked.len() > bytes.len());
            let back = cut(marked);
            assert_eq!([back.mark(), back.original(back.span())].concat(), bytes, "{bytes:?}");
        }
    }

    #[test]
    fn comments_of_the_author_are_no_marks() {
        for line in [
            "# ^ here",
            "# multiple-cmd-entrypoint",
            "#^^",
            "RUN # ^ multiple-cmd-entrypoint",
            "# ^x multiple-cmd-entrypoint",
        ] {
            assert!(!is_mark(line), "{line}");
        }
    }
}
