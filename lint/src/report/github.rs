//! Annotations of GitHub Actions: workflow commands, a line each. GitHub shows ten of each kind for a step, so a
//! SARIF upload or a step summary belongs beside it.

use dockerfile::diagnostic::Severity;

use super::path::relative;
use super::{End, File, Shape, sentence};

/// How it is written.
pub const SHAPE: Shape = Shape { file, end, ..Shape::PLAIN };

fn file(out: &mut String, file: &File) {
    let path = relative(file.name);
    for diagnostic in file.diagnostics {
        let (start, end) = (file.source.position(diagnostic.span.start), file.source.position(diagnostic.span.end));
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info | Severity::Style => "notice",
        };
        out.push_str(&format!("::{command} file={},line={},endLine={}", property(&path), start.line, end.line));
        // Columns only count within one line, and the last one is part of the place.
        if start.line == end.line {
            out.push_str(&format!(",col={},endColumn={}", start.column, end.column.max(start.column + 1) - 1));
        }
        out.push_str(&format!(",title={}::{}\n", property(diagnostic.rule), data(&sentence(diagnostic))));
    }
}

fn end(out: &mut String, end: &End) {
    for error in end.errors {
        out.push_str(&format!("::error title=wlint::{}\n", data(error)));
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_a_command() {
        assert_eq!(property("a,b:c%\r\n::error::"), "a%2Cb%3Ac%25%0D%0A%3A%3Aerror%3A%3A");
        assert_eq!(data("50%, a:b\n"), "50%25, a:b%0A");
    }
}
