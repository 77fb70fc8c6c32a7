//! One JSON object: lines and columns count from 1, columns in characters, offsets and lengths in bytes of
//! the file.

use dockerfile::diagnostic::{self, Diagnostic, Fix, Safety, Severity};
use dockerfile::source::{Source, Span};
use serde::Serialize;

use super::{File, Totals, url};

/// What stands before the first finding.
pub const START: &str = "{\"version\":1,\"diagnostics\":[";

/// What stands between two findings.
pub const BETWEEN: &str = ",\n";

#[derive(Serialize)]
struct Finding<'a> {
    path: &'a str,
    rule: &'a str,
    group: &'a str,
    severity: &'a str,
    message: &'a str,
    help: &'a str,
    seen: Option<&'a str>,
    url: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    offset: u32,
    length: u32,
    fix: Option<Mend<'a>>,
}

#[derive(Serialize)]
struct Mend<'a> {
    title: &'a str,
    safety: &'a str,
    edits: Vec<Replacement>,
}

#[derive(Serialize)]
struct Replacement {
    offset: u32,
    length: u32,
    text: String,
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
    failed: usize,
}

/// Appends the findings of a file, each on a line.
pub fn file(out: &mut String, file: &File) {
    for (index, diagnostic) in file.diagnostics.iter().enumerate() {
        if index > 0 {
            out.push_str(BETWEEN);
        }
        push(out, &finding(file, diagnostic));
    }
}

/// What stands after the last finding.
pub fn end(totals: &Totals) -> String {
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
        failed: totals.failed,
    };
    let mut out = format!("],\"files\":{},\"summary\":", totals.files);
    push(&mut out, &summary);
    out.push_str("}\n");
    out
}

fn push(out: &mut String, value: &impl Serialize) {
    out.push_str(&serde_json::to_string(value).expect("structs with string keys always serialize"));
}

fn finding<'a>(file: &File<'a>, diagnostic: &'a Diagnostic) -> Finding<'a> {
    let (source, span) = (file.source, diagnostic.span);
    let (start, end) = (source.position(span.start), source.position(span.end));
    Finding {
        path: file.name,
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
        fix: diagnostic.fix.as_ref().filter(|fix| may_be_shown(fix, diagnostic)).map(|fix| mend(source, fix)),
    }
}

/// A fix that writes the whole file anew would show the secrets in it.
fn may_be_shown(fix: &Fix, diagnostic: &Diagnostic) -> bool {
    !fix.transcode || diagnostic.secrets.is_empty()
}

fn mend<'a>(source: &Source, fix: &'a Fix) -> Mend<'a> {
    let safety = match fix.safety {
        Safety::Safe => "safe",
        Safety::Suggested => "suggested",
    };
    let edits = if fix.transcode {
        let bytes = diagnostic::apply(source, &fix.edits, true);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        vec![Replacement { offset: 0, length: source.file_len(), text }]
    } else {
        fix.edits.iter().map(|edit| replacement(source, edit.span, &edit.text)).collect()
    };
    Mend { title: &fix.title, safety, edits }
}

/// New lines in the text are those of the file, as [`diagnostic::apply`] writes them.
fn replacement(source: &Source, span: Span, text: &str) -> Replacement {
    let offset = source.file_offset(span.start);
    let text = match source.newline() {
        "\n" => text.to_owned(),
        newline => text.replace("\r\n", "\n").replace('\n', newline),
    };
    Replacement { offset, length: source.file_offset(span.end) - offset, text }
}

#[cfg(test)]
mod tests {
    use dockerfile::diagnostic::Edit;

    use super::*;

    fn edits(bytes: &[u8], fix: &Fix) -> Vec<(u32, u32, String)> {
        let source = Source::new(bytes.to_vec());
        mend(&source, fix).edits.into_iter().map(|edit| (edit.offset, edit.length, edit.text)).collect()
    }

    #[test]
    fn edits_count_bytes_of_the_file() {
        let fix = Fix::safe("x", vec![Edit::replace(Span::new(5, 6), "b"), Edit::insert(6, "\nRUN c")]);
        let bytes = b"\xEF\xBB\xBFFROM a\r\n";
        assert_eq!(edits(bytes, &fix), [(8, 1, "b".to_owned()), (9, 0, "\r\nRUN c".to_owned())]);
        let utf16: Vec<u8> = "\u{FEFF}FROM a".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(edits(&utf16, &fix)[0], (12, 2, "b".to_owned()));
    }

    #[test]
    fn a_new_encoding_is_one_edit_of_the_whole_file() {
        let utf16: Vec<u8> = "\u{FEFF}FROM ä".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let fix = Fix { transcode: true, ..Fix::safe("write UTF-8", Vec::new()) };
        assert_eq!(edits(&utf16, &fix), [(0, 14, "FROM ä".to_owned())]);
    }
}
