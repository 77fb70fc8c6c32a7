//! Comments that reach further than they were meant to: joined lines are one line for the shell, and a comment goes
//! on to its end.

use std::ops::Range;

use crate::source::Span;
use crate::splice::Spliced;

use super::{Script, powershell};

/// A comment that takes in lines that were joined to its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// What was meant as the comment: to the end of its line.
    pub span: Span,
    /// The next line, which is lost with all after it.
    pub lost: Span,
    /// Whether a separator must take the comment's place to keep the two lines apart.
    pub separates: bool,
}

/// More comments than this in one script are not looked for, and in one that no process takes only the first.
const MAX_COMMENTS: usize = 64;
const MAX_LENGTH: usize = 64 * 1024;

impl Script {
    /// The comments of PowerShell that hide joined lines, in order of place; also those that are themselves hidden by
    /// the first. `breaks` says whether a line of the file ends between two places.
    pub fn swallowing_comments(&self, breaks: &dyn Fn(u32, u32) -> bool) -> Vec<Comment> {
        let mut found = Vec::new();
        if !self.dialect.is_powershell() || self.comments.is_empty() {
            return found;
        }
        let (mut text, mut comments) = (self.text.clone(), self.comments.clone());
        let limit = if text.text().len() > MAX_LENGTH { 1 } else { MAX_COMMENTS };
        while found.len() < limit {
            let first = comments.iter().find_map(|&span| {
                let whole = text.range_of(span)?;
                let own = own_part(&text, whole.clone(), breaks)?;
                (!text.text()[own.end..whole.end].trim().is_empty()).then_some((own, whole))
            });
            let Some((own, whole)) = first else { break };
            found.push(comment(&text, own.clone(), whole, breaks));
            let mut rest = text.slice(0..own.start);
            rest.push_from(&text, own.end..text.text().len());
            text = rest;
            comments = powershell::comments(&text);
        }
        found
    }
}

/// The part of a comment that stands on its first line, when that is not all of it.
fn own_part(text: &Spliced, whole: Range<usize>, breaks: &dyn Fn(u32, u32) -> bool) -> Option<Range<usize>> {
    if !text.text()[whole.clone()].starts_with('#') {
        return None;
    }
    Some(whole.start..line_end(text, whole, breaks)?)
}

/// Where in a range the first line of the file ends, when the range goes on after it.
fn line_end(text: &Spliced, range: Range<usize>, breaks: &dyn Fn(u32, u32) -> bool) -> Option<usize> {
    let start = text.offset(range.start);
    let mut at = range.start;
    for run in text.runs(range) {
        if breaks(start, run.start) {
            return Some(at);
        }
        at = text.range_of(run)?.end;
    }
    None
}

fn comment(text: &Spliced, own: Range<usize>, whole: Range<usize>, breaks: &dyn Fn(u32, u32) -> bool) -> Comment {
    let source = text.text();
    let trimmed = |range: Range<usize>| {
        let part = &source[range.clone()];
        let start = range.start + (part.len() - part.trim_start().len());
        start..start + part.trim().len()
    };
    let rest = trimmed(own.end..whole.end);
    let next = rest.start..line_end(text, rest.clone(), breaks).unwrap_or(rest.end);
    Comment {
        span: text.span(trimmed(own.clone())),
        lost: text.span(trimmed(next)),
        separates: separates(source[..own.start].trim_end(), &source[rest]),
    }
}

/// Whether the end of a line parts two statements.
fn separates(before: &str, after: &str) -> bool {
    let joins = before.is_empty() || before.ends_with([';', '{', '(', '[', ',', '|', '&', '=', '+', '`']);
    let word = after.split(|char: char| !char.is_ascii_alphabetic()).next().unwrap_or_default();
    let goes_on = before.ends_with('}')
        && ["else", "elseif", "catch", "finally", "while", "until"].iter().any(|it| it.eq_ignore_ascii_case(word));
    !(joins || goes_on || after.starts_with(['}', ')', ']', '|', ',', ';', '#', '.', '-', '+']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::{Dialect, parse};

    /// Comments of joined lines: what was meant, what is lost, and whether a separator is missing.
    fn found(lines: &[&str]) -> Vec<(String, String, bool)> {
        let source = lines.join("\n");
        let (mut text, mut at) = (Spliced::default(), 0);
        for line in lines {
            text.push(line, Span::new(at, at + line.len() as u32));
            at += line.len() as u32 + 1;
        }
        let script = parse(text, Dialect::WindowsPowerShell);
        let comments = script.swallowing_comments(&|from, to| source[from as usize..to as usize].contains('\n'));
        let slice = |span: Span| source[span.range()].to_owned();
        comments.into_iter().map(|it| (slice(it.span), slice(it.lost), it.separates)).collect()
    }

    #[test]
    fn comments_that_hide_joined_lines_are_found() {
        for (lines, expected) in [
            (&["a; # one ", " b; ", "c"][..], vec![("# one", "b;", false)]),
            (&["a # one (x) ", "b; # two's ", "c"], vec![("# one (x)", "b; # two's", true), ("# two's", "c", false)]),
            (
                &["if (x) { a } # one ", "else { b } # two ", "c"],
                vec![("# one", "else { b } # two", false), ("# two", "c", true)],
            ),
            (&["# all ", "a"], vec![("# all", "a", false)]),
        ] {
            let expected: Vec<_> =
                expected.into_iter().map(|(own, lost, sign)| (own.to_owned(), lost.to_owned(), sign)).collect();
            assert_eq!(found(lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn comments_that_hide_nothing_are_not() {
        for lines in
            [&["a; ", "b # one"][..], &["a; <# one #> ", "b"], &["a '# one' ", "b"], &["a#b ", "c"], &["a # x ", "  "]]
        {
            assert_eq!(found(lines), [], "{lines:?}");
        }
    }
}
