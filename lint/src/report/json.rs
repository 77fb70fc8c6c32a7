//! One JSON object: lines and columns count from 1, columns in characters, offsets and lengths in bytes of
//! the file.

use std::path::Path;

use dockerfile::diagnostic::{Diagnostic, Severity};
use dockerfile::source::Source;
use serde::Serialize;

use super::edits::{Mend, mend};
use super::path::slashed;
use super::{End, File, Shape, url};

/// How it is written.
pub const SHAPE: Shape =
    Shape { start: "{\"version\":1,\"diagnostics\":[", file, between: BETWEEN, end, ..Shape::PLAIN };

/// What stands between two findings.
pub(super) const BETWEEN: &str = ",\n";

#[derive(Serialize)]
struct Summary {
    problems: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    styles: usize,
    files_with_problems: usize,
    fixable: usize,
    suggested: usize,
    fixed: usize,
    known: usize,
    unchanged: usize,
    stale: usize,
    failed: usize,
}

/// Appends the findings of a file, each on a line.
fn file(out: &mut String, file: &File) {
    if file.diagnostics.is_empty() {
        return;
    }
    let path = slashed(Path::new(file.name));
    for (index, diagnostic) in file.diagnostics.iter().enumerate() {
        if index > 0 {
            out.push_str(BETWEEN);
        }
        finding(out, &path, file.source, diagnostic);
    }
}

fn end(out: &mut String, End { totals, .. }: &End) {
    let of = |severity: Severity| totals.severities[severity as usize];
    let summary = Summary {
        problems: totals.problems(),
        errors: of(Severity::Error),
        warnings: of(Severity::Warning),
        infos: of(Severity::Info),
        styles: of(Severity::Style),
        files_with_problems: totals.files_with_problems,
        fixable: totals.safe,
        suggested: totals.suggested,
        fixed: totals.fixed,
        known: totals.known,
        unchanged: totals.unchanged,
        stale: totals.stale,
        failed: totals.failed,
    };
    out.push_str(&format!("],\"files\":{},\"summary\":", totals.files));
    push(out, &summary);
    out.push_str("}\n");
}

/// Appends a value on one line.
pub(super) fn push(out: &mut String, value: &impl Serialize) {
    out.push_str(&serde_json::to_string(value).expect("structs with string keys always serialize"));
}

/// Appends a finding. Without `serde`, which takes most of the time of a report here.
fn finding(out: &mut String, path: &str, source: &Source, diagnostic: &Diagnostic) {
    let span = diagnostic.span;
    let (start, end) = (source.position(span.start), source.position(span.end));
    let offset = source.file_offset(span.start);
    out.push_str("{\"path\":");
    string(out, path);
    text(out, "rule", Some(diagnostic.rule));
    text(out, "group", Some(diagnostic.group));
    text(out, "severity", Some(diagnostic.severity.name()));
    text(out, "message", Some(&diagnostic.message));
    text(out, "help", Some(&diagnostic.help));
    text(out, "seen", diagnostic.seen.as_deref());
    text(out, "url", url(diagnostic.group, diagnostic.rule).as_deref());
    number(out, ",\"line\":", start.line);
    number(out, ",\"column\":", start.column);
    number(out, ",\"end_line\":", end.line);
    number(out, ",\"end_column\":", end.column);
    number(out, ",\"offset\":", offset);
    number(out, ",\"length\":", source.file_offset(span.end) - offset);
    out.push_str(",\"fix\":");
    match mend(source, diagnostic) {
        Some(mend) => fix(out, &mend),
        None => out.push_str("null"),
    }
    out.push('}');
}

fn fix(out: &mut String, mend: &Mend) {
    out.push_str("{\"title\":");
    string(out, mend.title);
    text(out, "safety", Some(mend.safety));
    out.push_str(",\"edits\":[");
    for (index, edit) in mend.edits.iter().enumerate() {
        out.push_str(if index > 0 { "," } else { "" });
        number(out, "{\"offset\":", edit.offset);
        number(out, ",\"length\":", edit.length);
        text(out, "text", Some(&edit.text));
        out.push('}');
    }
    out.push_str("]}");
}

/// Appends a further member of an object.
fn text(out: &mut String, name: &str, value: Option<&str>) {
    out.push_str(",\"");
    out.push_str(name);
    out.push_str("\":");
    match value {
        Some(value) => string(out, value),
        None => out.push_str("null"),
    }
}

fn number(out: &mut String, before: &str, value: u32) {
    out.push_str(before);
    let (mut digits, mut at, mut rest) = ([0; 10], 10, value);
    while at == 10 || rest > 0 {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    digits[at..].iter().for_each(|&digit| out.push(digit.into()));
}

/// Appends a text as JSON.
fn string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    // Nearly no text has control characters, and to know so for all of it is fast.
    let has_controls = text.bytes().fold(false, |found, byte| found | (byte < b' '));
    let is_sign = |byte: u8| byte < b' ' || matches!(byte, b'"' | b'\\');
    let next = |rest: &str| match has_controls {
        true => rest.bytes().position(is_sign),
        false => memchr::memchr2(b'"', b'\\', rest.as_bytes()),
    };
    while let Some(at) = next(rest) {
        out.push_str(&rest[..at]);
        match rest.as_bytes()[at] {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'\x08' => out.push_str("\\b"),
            b'\x0C' => out.push_str("\\f"),
            sign @ (b'"' | b'\\') => out.extend(['\\', sign.into()]),
            control => out.push_str(&format!("\\u{control:04x}")),
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_are_json() {
        let signs: String = (0..0x180).filter_map(char::from_u32).chain("\u{2028}\u{FEFF}\u{1F980}".chars()).collect();
        for text in ["", "plain", "C:\\a \"b\"", &signs] {
            let mut out = String::new();
            string(&mut out, text);
            assert_eq!(out, serde_json::to_string(text).unwrap());
        }
        for value in [0, 7, 10, 4_294_967_295] {
            let mut out = String::new();
            number(&mut out, "", value);
            assert_eq!(out, value.to_string());
        }
    }
}
