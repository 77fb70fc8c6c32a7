//! Findings in the formats that people and programs read. Each file's part is made on its own, so that files
//! can be linted in parallel and nothing of a file is kept but its part.

use dockerfile::diagnostic::{Diagnostic, Safety, Severity};
use dockerfile::render::Style;
use dockerfile::source::Source;

use crate::args::Format;

mod concise;
mod json;
mod text;

/// Where the pages of the rules are, when the package names its repository.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// The findings of one file.
pub struct File<'a> {
    /// The path, as it is reported.
    pub name: &'a str,
    /// The text that the findings point into.
    pub source: &'a Source,
    /// In order of place.
    pub diagnostics: &'a [Diagnostic],
}

/// What all files together came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Files that were linted.
    pub files: usize,
    /// Files with findings.
    pub files_with_problems: usize,
    /// Findings by severity, from style to error.
    pub severities: [usize; 4],
    /// Findings with a safe fix.
    pub safe: usize,
    /// Findings with a fix that wants a look.
    pub suggested: usize,
    /// Fixes that were applied, or would be.
    pub fixed: usize,
    /// Files in which fixes were applied, or would be.
    pub fixed_files: usize,
    /// What could not be done: files that could not be read or written, folders without Dockerfiles.
    pub failed: usize,
}

impl Totals {
    /// Of one file that was linted.
    pub fn of(diagnostics: &[Diagnostic], fixed: usize) -> Totals {
        let mut totals = Totals { files: 1, fixed, fixed_files: usize::from(fixed > 0), ..Totals::default() };
        totals.files_with_problems = usize::from(!diagnostics.is_empty());
        for diagnostic in diagnostics {
            totals.severities[diagnostic.severity as usize] += 1;
            match diagnostic.fix.as_ref().map(|fix| fix.safety) {
                Some(Safety::Safe) => totals.safe += 1,
                Some(Safety::Suggested) => totals.suggested += 1,
                None => {}
            }
        }
        totals
    }

    /// Adds those of another file.
    pub fn add(&mut self, other: &Totals) {
        self.files += other.files;
        self.files_with_problems += other.files_with_problems;
        for (sum, count) in self.severities.iter_mut().zip(other.severities) {
            *sum += count;
        }
        self.safe += other.safe;
        self.suggested += other.suggested;
        self.fixed += other.fixed;
        self.fixed_files += other.fixed_files;
        self.failed += other.failed;
    }

    /// All findings.
    pub fn problems(&self) -> usize {
        self.severities.iter().sum()
    }

    /// Findings of this severity or worse.
    pub fn at_least(&self, severity: Severity) -> usize {
        self.severities[severity as usize..].iter().sum()
    }
}

/// What stands before the first file.
pub const fn start(format: Format) -> &'static str {
    match format {
        Format::Text | Format::Concise => "",
        Format::Json => json::START,
    }
}

/// Appends one file's part; nothing when it has no findings.
pub fn file(out: &mut String, format: Format, style: Style, file: &File) {
    match format {
        Format::Text => text::file(out, style, file),
        Format::Concise => concise::file(out, style, file),
        Format::Json => json::file(out, file),
    }
}

/// What stands between the parts of two files.
pub const fn between(format: Format) -> &'static str {
    match format {
        Format::Text | Format::Concise => "",
        Format::Json => json::BETWEEN,
    }
}

/// What stands after the last file.
pub fn end(format: Format, totals: &Totals, quiet: bool) -> String {
    match format {
        Format::Text if !quiet => text::summary(totals),
        Format::Text | Format::Concise => String::new(),
        Format::Json => json::end(totals),
    }
}

/// Where a rule's page is: in the repository that the package names, or its path there.
pub fn url(group: &str, rule: &str) -> String {
    let path = format!("rules/{}/{}.md", group.replace('-', "_"), rule.replace('-', "_"));
    if REPOSITORY.is_empty() { path } else { format!("{REPOSITORY}/blob/main/{path}") }
}

/// A number and its noun, in the plural where it is one.
pub fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
