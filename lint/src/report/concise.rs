//! One line for each finding: for grep, for editors, for logs.

use std::fmt::Write;

use dockerfile::render::{Paint, Style, push_message, push_safe};

use super::File;

/// Appends the findings of a file, a line each.
pub fn file(out: &mut String, style: Style, file: &File) {
    for diagnostic in file.diagnostics {
        let place = file.source.position(diagnostic.span.start);
        push_safe(out, file.name);
        let _ = write!(out, ":{}:{}: ", place.line, place.column);
        let name = format!("{}[{}]", diagnostic.severity.name(), diagnostic.rule);
        style.paint(out, Paint::Severity(diagnostic.severity), &name);
        out.push(' ');
        push_message(out, &diagnostic.message);
        out.push('\n');
    }
}
