//! What a rule looks at and where it puts what it finds.

use std::borrow::Cow;
use std::collections::BTreeSet;

use dockerfile::ast::{Instruction, Keyword, Kind, Word};
use dockerfile::diagnostic::{Diagnostic, Fix, Label, Severity};
use dockerfile::document::{Document, Reading};
use dockerfile::escape::Eaten;
use dockerfile::expand;
use dockerfile::model::{Model, Started};
use dockerfile::source::{Source, Span};
use dockerfile::syntax::Tree;

use crate::base_image::Named;
use crate::escape::Array;
use crate::expansion::Expansion;
use crate::listing::Listing;
use crate::powershell::Read;
use crate::secret::Secret;
use crate::suppression::Suppression;
use crate::{Rule, Settings};

/// All that a rule may look at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The file.
    pub document: &'a Document,
    /// What the user wants.
    pub settings: &'a Settings,
    /// The secrets that stand in the file, for the rules about them.
    pub(crate) secrets: &'a [Secret],
    /// Where a template is still to be filled in; nowhere in other files.
    pub(crate) placeholders: &'a [Span],
    /// The images that the file names.
    pub(crate) images: &'a [Named<'a>],
    /// The comments that ignore findings.
    pub(crate) suppressions: &'a [Suppression],
    /// The words in which the builder puts variables.
    pub(crate) expansions: &'a [Expansion<'a>],
    /// The paths that lose backslashes.
    pub(crate) eaten: &'a [Eaten<'a>],
    /// The JSON arrays, and what was meant as one.
    pub(crate) arrays: &'a [Array<'a>],
    /// The scripts of PowerShell.
    pub(crate) powershell: &'a [Read<'a>],
    /// What stands in the script of each step.
    pub(crate) listings: &'a [Option<Listing<'a>>],
}

impl<'a> Context<'a> {
    /// The text.
    pub fn source(&self) -> &'a Source {
        &self.document.source
    }

    /// The text of a span.
    pub fn slice(&self, span: Span) -> &'a str {
        self.document.source.slice(span)
    }

    /// The place behind a part of a script: also behind the double quote that closes there and is gone when the shell reads
    /// the script.
    pub fn behind(&self, span: Span) -> u32 {
        let is_open = self.slice(span).replace("\\\"", "").matches('"').count() % 2 == 1;
        let is_closed = self.source().text()[span.end as usize..].starts_with('"');
        span.end + u32::from(is_open && is_closed)
    }

    /// The file as its author meant it; rules about what the builder makes of it instead look at
    /// [`Document::built`].
    pub fn reading(&self) -> &'a Reading {
        self.document.reading()
    }

    /// The tree of that reading: directives, comments, lines and where they are joined.
    pub fn tree(&self) -> &'a Tree {
        &self.document.reading().tree
    }

    /// The instructions of that reading, in order.
    pub fn instructions(&self) -> &'a [Instruction] {
        &self.document.reading().instructions
    }

    /// What that reading means: stages, and one step for each of [`Context::instructions`].
    pub fn model(&self) -> &'a Model {
        &self.document.model
    }

    /// Whether the builder takes a word as it stands: without quotes, variables and escape characters.
    pub(crate) fn is_plain(&self, word: &Word) -> bool {
        expand::is_plain(word.as_str(), self.model().escape)
    }

    /// What the builder makes of a word of an instruction: most have nothing to expand, and are taken as they stand.
    pub(crate) fn expanded(&self, step: usize, word: &'a Word) -> Option<Cow<'a, str>> {
        if self.is_plain(word) {
            return Some(Cow::Borrowed(word.as_str()));
        }
        self.model().expand(step, &word.text).ok().map(|expanded| Cow::Owned(expanded.text.text().to_owned()))
    }

    /// The programs that the instructions start, in order.
    pub fn programs(&self) -> &'a [Started] {
        self.model().started_programs(self.instructions())
    }

    /// The words of `EXPOSE`, also behind `ONBUILD`, each with what the builder makes of it.
    pub fn exposed(&self) -> impl Iterator<Item = (&'a Word, Cow<'a, str>)> {
        self.instructions().iter().enumerate().flat_map(move |(step, outer)| {
            let words = match outer.innermost() {
                Instruction { keyword: Some(Keyword::Expose), kind: Kind::List { words, .. }, .. } => words.as_slice(),
                _ => &[],
            };
            words.iter().filter_map(move |word| Some((word, self.expanded(step, word)?)))
        })
    }

    /// The sources of `ADD` without `--checksum`, also behind `ONBUILD`, each with its instruction's place and what the
    /// builder makes of it.
    pub fn unchecked_additions(&self) -> impl Iterator<Item = (usize, &'a Word, String)> {
        let model = self.model();
        self.instructions().iter().enumerate().flat_map(move |(step, outer)| {
            let instruction = outer.innermost();
            let is_unchecked = instruction.keyword == Some(Keyword::Add) && instruction.flag("checksum").is_none();
            let sources = match &instruction.kind {
                Kind::Copy(copy) if is_unchecked => copy.sources.as_slice(),
                _ => &[],
            };
            let path = move |source: &Word| model.path(step, source).unwrap_or_else(|| source.as_str().to_owned());
            sources.iter().map(move |source| (step, source, path(source)))
        })
    }

    /// The script of a step.
    pub(crate) fn script(&self, step: usize) -> Option<&'a Listing<'a>> {
        self.listings.get(step)?.as_ref()
    }

    /// All scripts, in order of place.
    pub(crate) fn scripts(&self) -> impl Iterator<Item = &'a Listing<'a>> {
        self.listings.iter().flatten()
    }

    /// The scripts of `RUN`, also behind `ONBUILD`.
    pub(crate) fn run_scripts(&self) -> impl Iterator<Item = &'a Listing<'a>> {
        let instructions = self.instructions();
        self.scripts().filter(|script| instructions[script.step].innermost().keyword == Some(Keyword::Run))
    }
}

/// Where rules put their findings, one rule after the other.
pub struct Report {
    rule: &'static str,
    group: &'static str,
    severity: Severity,
    explicit: bool,
    /// What all rules so far have found; no rule may read it, since it depends on which others are on.
    found: Vec<Diagnostic>,
    secrets: Vec<Span>,
    /// How many findings and secrets there were when this rule began.
    before: (usize, usize),
    /// What [`Report::is_first_at`] was asked by this rule.
    places: BTreeSet<Span>,
}

/// A finding that was just reported, to add to.
pub struct Finding<'a> {
    diagnostic: &'a mut Diagnostic,
    secrets: &'a mut Vec<Span>,
    explicit: bool,
}

impl Report {
    pub(crate) fn new() -> Self {
        Report {
            rule: "",
            group: "",
            severity: Severity::Error,
            explicit: false,
            found: Vec::new(),
            secrets: Vec::new(),
            before: (0, 0),
            places: BTreeSet::new(),
        }
    }

    /// What is added from now on is of this rule.
    pub(crate) fn begin(&mut self, rule: &'static Rule, severity: Severity, explicit: bool) {
        (self.rule, self.group) = (rule.id, rule.group.name());
        (self.severity, self.explicit) = (severity, explicit);
        self.before = (self.found.len(), self.secrets.len());
        if !self.places.is_empty() {
            self.places.clear();
        }
    }

    /// Whether this rule has reported anything.
    pub(crate) fn has_any(&self) -> bool {
        self.before != (self.found.len(), self.secrets.len())
    }

    /// Takes out those of this rule's findings that do not hold where they stand.
    pub(crate) fn keep(&mut self, holds: impl Fn(Span) -> bool) {
        if self.found.len() > self.before.0 {
            self.found.extract_if(self.before.0.., |found| !holds(found.span)).for_each(drop);
        }
    }

    /// The findings of all rules, and the secrets that they have named.
    pub(crate) fn end(self) -> (Vec<Diagnostic>, Vec<Span>) {
        (self.found, self.secrets)
    }

    /// Whether this is asked of a place for the first time: several images may be named in one place.
    pub(crate) fn is_first_at(&mut self, span: Span) -> bool {
        self.places.insert(span)
    }

    /// Reports a finding: where, what is wrong (lower case, no full stop, at most 80 characters) and what to do.
    pub fn add(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) -> Finding<'_> {
        self.found.push(Diagnostic {
            rule: self.rule,
            group: self.group,
            severity: self.severity,
            message: message.into(),
            help: help.into(),
            seen: None,
            span,
            labels: Vec::new(),
            fix: None,
            secrets: [].into(),
        });
        let diagnostic = self.found.last_mut().expect("one was pushed");
        Finding { diagnostic, secrets: &mut self.secrets, explicit: self.explicit }
    }
}

impl Finding<'_> {
    /// What the builder or the shell makes of it.
    pub fn seen(self, seen: impl Into<String>) -> Self {
        self.diagnostic.seen = Some(seen.into());
        self
    }

    /// A second place that belongs to it.
    pub fn label(self, span: Span, text: impl Into<String>) -> Self {
        self.diagnostic.labels.push(Label { span, text: text.into() });
        self
    }

    /// How to mend it.
    pub fn fix(self, fix: Fix) -> Self {
        self.diagnostic.fix = Some(fix);
        self
    }

    /// A place whose text no report may show, be it of this finding or of another.
    pub fn secret(self, span: Span) -> Self {
        self.secrets.push(span);
        self
    }

    /// A milder severity than the rule's, where a fact is less certain; what the user says of the rule counts
    /// more.
    pub fn at_most(self, severity: Severity) -> Self {
        if !self.explicit {
            self.diagnostic.severity = self.diagnostic.severity.min(severity);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_may_be_milder_than_its_rule_unless_the_user_named_a_severity() {
        let rule = crate::rule("multiple-cmd-entrypoint").unwrap();
        for (severity, explicit, expected) in [
            (Severity::Error, false, Severity::Info),
            (Severity::Error, true, Severity::Error),
            (Severity::Style, false, Severity::Style),
        ] {
            let mut report = Report::new();
            report.begin(rule, severity, explicit);
            report.add(Span::at(0), "m", "h").at_most(Severity::Info);
            assert_eq!(report.end().0[0].severity, expected);
        }
    }
}
