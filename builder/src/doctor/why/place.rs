//! Where a failed step stands in its Dockerfile, and what `wlint` says of it.

use dockerfile::document::{Builder, Document};
use dockerfile::source::Source;

use super::StepName;

/// The instruction of a step in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its first line, from 1.
    pub line: u32,
    /// Its first line's text.
    pub text: String,
    /// What the linter says of it: the rule, the line and the message.
    pub findings: Vec<(&'static str, u32, String)>,
}

/// Finds the instruction of a step: by its line where the log names it, else by its text.
pub fn place(file: Vec<u8>, step: &StepName) -> Option<Place> {
    let document = Document::new(Source::new(file), Builder::Any);
    let instructions = &document.reading().instructions;
    let by_line = step.line.and_then(|line| {
        instructions.iter().find(|instruction| (instruction.lines.0..=instruction.lines.1).contains(&line))
    });
    let found = by_line.or_else(|| {
        instructions.iter().find(|instruction| alike(document.source.slice(instruction.span), &step.instruction))
    })?;
    let findings = rules::check(&document, &rules::Settings::default())
        .into_iter()
        .filter(|finding| found.span.start <= finding.span.start && finding.span.start < found.span.end)
        .map(|finding| (finding.rule, document.source.position(finding.span.start).line, finding.message))
        .collect();
    let text = document.source.slice(found.span).lines().next().unwrap_or_default().trim_end().to_owned();
    Some(Place { line: found.lines.0, text, findings })
}

/// Logs join continued lines and fold blanks, and may cut the end.
fn alike(written: &str, logged: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|char| !char.is_whitespace() && !matches!(char, '`' | '\\')).collect()
    };
    let (written, logged) = (letters(written), letters(logged.trim_end_matches("...")));
    let shared =
        written.chars().zip(logged.chars()).take_while(|(left, right)| left.eq_ignore_ascii_case(right)).count();
    shared >= 8 && shared + 4 >= logged.chars().count().min(written.chars().count())
}
