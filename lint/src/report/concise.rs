//! One line for each finding: for grep, for editors, for logs.

use std::fmt::Write;

use dockerfile::render::{Paint, push_message, push_safe};

use super::{File, Shape};

/// How it is written.
pub const SHAPE: Shape = Shape { file, ..Shape::PLAIN };

/// Appends the findings of a file, a line each.
fn file(out: &mut String, file: &File) {
    for diagnostic in file.diagnostics {
        let place = file.source.position(diagnostic.span.start);
        push_safe(out, file.name);
        let _ = write!(out, ":{}:{}: ", place.line, place.column);
        let name = format!("{}[{}]", diagnostic.severity.name(), diagnostic.rule);
        file.style.paint(out, Paint::Severity(diagnostic.severity), &name);
        out.push(' ');
        push_message(out, &diagnostic.message);
        out.push('\n');
    }
}
