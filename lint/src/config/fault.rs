//! What is wrong in a configuration, shown at its place.

use std::ops::Range;
use std::path::Path;

use dockerfile::diagnostic::{Diagnostic, Severity};
use dockerfile::render::{self, Style};
use dockerfile::source::{Source, Span};

/// Something wrong in a file that people write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, in bytes of the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Fault {
    /// At a place.
    pub fn new(span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Fault {
        Fault { span, message: message.into(), help: help.into() }
    }
}

/// The faults of a file as annotated text.
pub fn shown(path: &Path, source: &Source, faults: &[Fault]) -> String {
    let mut out = String::new();
    for (index, fault) in faults.iter().enumerate() {
        if index > 0 {
            out.push('\n');
        }
        let len = source.text().len();
        let (start, end) = (fault.span.start.min(len), fault.span.end.min(len));
        let diagnostic = Diagnostic {
            rule: "configuration",
            group: "configuration",
            severity: Severity::Error,
            message: fault.message.clone(),
            help: fault.help.clone(),
            seen: None,
            span: Span::new(start as u32, end as u32),
            labels: Vec::new(),
            fix: None,
            secrets: [].into(),
        };
        render::text(&mut out, &path.display().to_string(), source, &diagnostic, Style::Plain);
    }
    out
}
