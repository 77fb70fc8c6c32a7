//! Findings in the formats that people and programs read. Each file's part is made on its own, so that files
//! can be linted in parallel and nothing of a file is kept but its part.

use std::collections::BTreeSet;

use dockerfile::diagnostic::{Diagnostic, Severity};
use dockerfile::render::Style;
use dockerfile::source::Source;
use rules::Rule;

use crate::args::Format;

mod azure;
mod checkstyle;
mod concise;
mod edits;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod path;
mod sarif;
mod teamcity;
mod text;
mod totals;
mod xml;

pub use path::relative;
pub use totals::Totals;

/// The repository with the pages of the rules; empty until `scripts/set-repository` has named it.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// The findings of one file.
pub struct File<'a> {
    /// The path, as it is reported.
    pub name: &'a str,
    /// The text that the findings point into.
    pub source: &'a Source,
    /// In order of place.
    pub diagnostics: &'a [Diagnostic],
    /// What stays of each finding when lines move; empty when no format asks for it.
    pub fingerprints: &'a [String],
    /// Whether the report has colours.
    pub style: Style,
    /// From which severity on findings fail.
    pub fail_on: Option<Severity>,
}

/// What is known after the last file.
pub struct End<'a> {
    /// How it came out.
    pub totals: &'a Totals,
    /// The rules that found something.
    pub rules: &'a BTreeSet<&'static str>,
    /// What could not be done.
    pub errors: &'a [String],
    /// Findings only.
    pub quiet: bool,
    /// Findings that had no room.
    pub omitted: usize,
}

/// How a format is written: what stands where. The parts of files are made in parallel, all else in order.
pub struct Shape {
    /// Before the first file.
    pub start: &'static str,
    /// Appends one file's part; nothing when the format has nothing to say of it.
    pub file: fn(&mut String, &File),
    /// Between the parts of two files.
    pub between: &'static str,
    /// Appends what stands before the first finding of a rule.
    pub rule: fn(&mut String, &Rule),
    /// Appends what stands after the last file.
    pub end: fn(&mut String, &End),
    /// How many bytes of findings its reader takes.
    pub room: usize,
    /// Whether it wants [`File::fingerprints`].
    pub fingerprints: bool,
}

impl Shape {
    /// A format of which each finding stands for itself.
    const PLAIN: Shape = Shape {
        start: "",
        file: |_, _| {},
        between: "",
        rule: |_, _| {},
        end: |_, _| {},
        room: usize::MAX,
        fingerprints: false,
    };
}

/// How a format is written.
pub const fn shape(format: Format) -> Shape {
    match format {
        Format::Text => text::SHAPE,
        Format::Concise => concise::SHAPE,
        Format::Json => json::SHAPE,
        Format::Sarif => sarif::SHAPE,
        Format::GitHub => github::SHAPE,
        Format::Azure => azure::SHAPE,
        Format::GitLab => gitlab::SHAPE,
        Format::JUnit => junit::SHAPE,
        Format::Checkstyle => checkstyle::SHAPE,
        Format::TeamCity => teamcity::SHAPE,
        Format::Markdown => markdown::SHAPE,
    }
}

/// Where a rule's page is, when the package names its repository; `wlint explain` shows it everywhere.
pub fn url(group: &str, rule: &str) -> Option<String> {
    let (folder, stem) = (group.replace('-', "_"), rule.replace('-', "_"));
    (!REPOSITORY.is_empty()).then(|| format!("{REPOSITORY}/blob/main/rules/{folder}/{stem}.md"))
}

/// What is wrong and what to do, on one line, for readers that show nothing else.
fn sentence(diagnostic: &Diagnostic) -> String {
    let mut out = String::new();
    dockerfile::render::push_message(&mut out, &diagnostic.message);
    if let Some(seen) = &diagnostic.seen {
        out.push_str("; the builder sees: ");
        dockerfile::render::push_message(&mut out, seen);
    }
    if !diagnostic.help.is_empty() {
        out.push_str("; ");
        dockerfile::render::push_message(&mut out, &diagnostic.help);
    }
    out
}

/// A number and its noun, in the plural where it is one.
pub fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}
