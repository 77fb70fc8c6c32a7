//! The catalogue of mistakes in Dockerfiles of Windows containers: what a rule is, all rules, and the check.

use dockerfile::diagnostic::{Diagnostic, Fix, Label, Severity};
use dockerfile::document::{Builder, Document};
pub use dockerfile::facts::Date;
use dockerfile::source::Span;

/// A family of rules; also a name for `--select` and `--ignore`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// The escape character, continuations, JSON forms and the encoding of the file.
    Escape,
    /// Paths and variables.
    Path,
    /// Base images.
    BaseImage,
    /// Secrets in the image or its history.
    Secret,
    /// Stages and copies between them.
    Stage,
    /// What the image says of itself: entry point, ports, health.
    Metadata,
    /// Accounts.
    User,
}

impl Group {
    /// All groups, in the order of the index.
    pub const ALL: [Group; 7] =
        [Group::Escape, Group::Path, Group::BaseImage, Group::Secret, Group::Stage, Group::Metadata, Group::User];

    /// The name on the command line and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Group::Escape => "escape",
            Group::Path => "path",
            Group::BaseImage => "base-image",
            Group::Secret => "secret",
            Group::Stage => "stage",
            Group::Metadata => "metadata",
            Group::User => "user",
        }
    }
}

/// Whether a rule can mend what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixable {
    /// Never.
    No,
    /// Always or sometimes, without a look.
    Safe,
    /// Always or sometimes, with a look.
    Suggested,
}

/// Where a rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Only in Windows stages.
    Windows,
    /// Everywhere.
    Any,
}

/// A rule: data and one function. It has no state, no order and no input but the [`Context`].
pub struct Rule {
    /// Kebab-case; names the bad thing, so that it reads after "allow".
    pub id: &'static str,
    /// Its family.
    pub group: Group,
    /// How bad it is, unless the user says otherwise.
    pub severity: Severity,
    /// Whether it can mend what it finds.
    pub fix: Fixable,
    /// Where it holds.
    pub platform: Platform,
    /// Its documentation, specification and first test.
    pub page: &'static str,
    /// Finds the mistake.
    pub check: fn(&Context, &mut Report),
}

/// The day that the tables of facts were written; end-of-support facts count from here unless told otherwise.
pub const TABLES_DATE: Date = Date::new(2026, 11, 1);

/// What the user wants.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The builder that the files are written for.
    pub builder: Builder,
    /// The day for end-of-support facts.
    pub as_of: Date,
    /// For each rule of [`RULES`], by index: its severity, or `None` when it is switched off.
    pub severities: Vec<Option<Severity>>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            builder: Builder::Any,
            as_of: TABLES_DATE,
            severities: RULES.iter().map(|rule| Some(rule.severity)).collect(),
        }
    }
}

/// All that a rule may look at.
pub struct Context<'a> {
    /// The file.
    pub document: &'a Document,
    /// What the user wants.
    pub settings: &'a Settings,
}

/// Where a rule puts its findings.
pub struct Report {
    rule: &'static Rule,
    severity: Severity,
    found: Vec<Diagnostic>,
}

/// A finding that was just reported, to add to.
pub struct Finding<'a>(&'a mut Diagnostic);

impl Report {
    /// Reports a finding: where, what is wrong (lower case, no full stop, at most 80 characters) and what to do.
    pub fn add(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) -> Finding<'_> {
        self.found.push(Diagnostic {
            rule: self.rule.id,
            group: self.rule.group.name(),
            severity: self.severity,
            message: message.into(),
            help: help.into(),
            seen: None,
            span,
            labels: Vec::new(),
            fix: None,
        });
        Finding(self.found.last_mut().expect("one was pushed"))
    }
}

impl Finding<'_> {
    /// What the builder or the shell makes of it.
    pub fn seen(self, seen: impl Into<String>) -> Self {
        self.0.seen = Some(seen.into());
        self
    }

    /// A second place that belongs to it.
    pub fn label(self, span: Span, text: impl Into<String>) -> Self {
        self.0.labels.push(Label { span, text: text.into() });
        self
    }

    /// How to mend it.
    pub fn fix(self, fix: Fix) -> Self {
        self.0.fix = Some(fix);
        self
    }

    /// A milder severity than the rule's, where a fact is less certain.
    pub fn at_most(self, severity: Severity) -> Self {
        self.0.severity = self.0.severity.min(severity);
        self
    }
}

/// All rules, sorted by group and id.
pub static RULES: &[&Rule] = &[];

/// All findings in a file, in order of place, after suppressions.
pub fn check(document: &Document, settings: &Settings) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (rule, severity) in RULES.iter().zip(&settings.severities) {
        let Some(severity) = *severity else { continue };
        let mut report = Report { rule, severity, found: Vec::new() };
        (rule.check)(&Context { document, settings }, &mut report);
        found.append(&mut report.found);
    }
    found.sort_by(|a, b| (a.span, a.rule).cmp(&(b.span, b.rule)));
    found
}
