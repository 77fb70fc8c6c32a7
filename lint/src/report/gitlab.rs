//! The code quality report of GitLab: one JSON array.

use dockerfile::diagnostic::Severity;
use serde::Serialize;

use super::path::relative;
use super::{File, Shape, json, sentence};

/// How it is written.
pub const SHAPE: Shape = Shape {
    start: "[",
    file,
    between: json::BETWEEN,
    end: |out, _| out.push_str("]\n"),
    fingerprints: true,
    ..Shape::PLAIN
};

#[derive(Serialize)]
struct Issue<'a> {
    r#type: &'a str,
    check_name: &'a str,
    description: String,
    categories: [&'a str; 1],
    severity: &'a str,
    fingerprint: &'a str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

fn file(out: &mut String, file: &File) {
    let path = relative(file.name);
    for (index, (diagnostic, fingerprint)) in file.diagnostics.iter().zip(file.fingerprints).enumerate() {
        if index > 0 {
            out.push_str(json::BETWEEN);
        }
        let severity = match diagnostic.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Info => "minor",
            Severity::Style => "info",
        };
        let lines = |offset: u32| file.source.position(offset).line;
        let issue = Issue {
            r#type: "issue",
            check_name: diagnostic.rule,
            description: sentence(diagnostic),
            categories: [category(diagnostic.group)],
            severity,
            fingerprint,
            location: Location {
                path: &path,
                lines: Lines { begin: lines(diagnostic.span.start), end: lines(diagnostic.span.end) },
            },
        };
        json::push(out, &issue);
    }
}

fn category(group: &str) -> &'static str {
    match group {
        "secret" | "download" | "user" => "Security",
        "base-image" | "platform" => "Compatibility",
        "layer" => "Performance",
        "metadata" => "Style",
        _ => "Bug Risk",
    }
}
