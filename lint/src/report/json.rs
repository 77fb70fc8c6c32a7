//! One JSON object: lines and columns count from 1, columns in characters, offsets and lengths in bytes of
//! the file.

use std::path::Path;

use dockerfile::diagnostic::{Diagnostic, Severity};
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
struct Finding<'a> {
    path: String,
    rule: &'a str,
    group: &'a str,
    severity: &'a str,
    message: &'a str,
    help: &'a str,
    seen: Option<&'a str>,
    url: Option<String>,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    offset: u32,
    length: u32,
    fix: Option<Mend<'a>>,
}

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
    for (index, diagnostic) in file.diagnostics.iter().enumerate() {
        if index > 0 {
            out.push_str(BETWEEN);
        }
        push(out, &finding(file, diagnostic));
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

fn finding<'a>(file: &File<'a>, diagnostic: &'a Diagnostic) -> Finding<'a> {
    let (source, span) = (file.source, diagnostic.span);
    let (start, end) = (source.position(span.start), source.position(span.end));
    Finding {
        path: slashed(Path::new(file.name)),
        rule: diagnostic.rule,
        group: diagnostic.group,
        severity: diagnostic.severity.name(),
        message: &diagnostic.message,
        help: &diagnostic.help,
        seen: diagnostic.seen.as_deref(),
        url: url(diagnostic.group, diagnostic.rule),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        offset: source.file_offset(span.start),
        length: source.file_offset(span.end) - source.file_offset(span.start),
        fix: mend(source, diagnostic),
    }
}
