//! Which findings count: those that a baseline does not know, on lines that changed.

use std::collections::BTreeMap;
use std::path::Path;

use dockerfile::diagnostic::Diagnostic;
use dockerfile::document::Document;
use dockerfile::source::{Source, Span};

use crate::args::Gate as Args;
use crate::error::Error;
use crate::files::Input;
use crate::fingerprint::{self, Fingerprint, Place};
use crate::report::count;

mod baseline;
mod changes;
mod git;
mod patch;
mod path;

use baseline::Baseline;
use changes::Changes;

pub use baseline::{Entries, write};

/// What the findings of a run are held against.
pub struct Gate {
    baseline: Option<Baseline>,
    changes: Option<Changes>,
    /// The baseline that is written, whose findings are known from now on.
    writes: bool,
}

/// The findings of a file, parted.
#[derive(Default)]
pub struct Judged {
    /// Those that count.
    pub new: Vec<Diagnostic>,
    /// How many the baseline knows.
    pub known: usize,
    /// How many are on lines that did not change.
    pub unchanged: usize,
    /// How many the baseline knows and are gone.
    pub stale: usize,
    /// What is to be said of them.
    pub note: Option<String>,
    /// All of them, for a baseline.
    pub entries: Entries,
}

impl Gate {
    /// By the command line, for these inputs.
    ///
    /// # Errors
    /// When the baseline cannot be read, or git does not know the revision.
    pub fn new<'a>(args: &Args, inputs: impl Iterator<Item = &'a Input>) -> Result<Gate, Error> {
        let read = args.baseline.as_deref().filter(|_| args.write_baseline.is_none());
        Ok(Gate {
            baseline: read.map(baseline::read).transpose()?,
            changes: args.since.as_deref().map(|revision| changes::since(revision, inputs)).transpose()?,
            writes: args.write_baseline.is_some(),
        })
    }

    /// Parts the findings of a file.
    pub fn judge(&self, input: &Input, document: &Document, found: Vec<Diagnostic>) -> Judged {
        if self.baseline.is_none() && self.changes.is_none() && !self.writes {
            return Judged { new: found, ..Judged::default() };
        }
        let fingerprints = fingerprint::of(document, &found).into_iter().zip(fingerprint::places(document, &found));
        let fingerprints: Vec<(Fingerprint, Place)> = fingerprints.collect();
        if self.writes {
            let mut entries = BTreeMap::new();
            fingerprints.into_iter().for_each(|finding| *entries.entry(finding).or_default() += 1);
            return Judged { known: found.len(), entries, ..Judged::default() };
        }
        let mut judged = Judged::default();
        let known = match &self.baseline {
            Some(baseline) => self.known(baseline, input, &fingerprints, &mut judged),
            None => vec![false; found.len()],
        };
        for (diagnostic, known) in found.into_iter().zip(known) {
            if known {
                judged.known += 1;
            } else if self.changes.as_ref().is_some_and(|all| !all.touch(input, &lines(&document.source, &diagnostic)))
            {
                judged.unchanged += 1;
            } else {
                judged.new.push(diagnostic);
            }
        }
        judged
    }

    /// Which findings the baseline knows; what it knows besides is noted.
    fn known(
        &self,
        baseline: &Baseline,
        input: &Input,
        found: &[(Fingerprint, Place)],
        judged: &mut Judged,
    ) -> Vec<bool> {
        let (known, stale) = baseline.known(input.place(), found);
        judged.stale = stale.values().sum();
        if judged.stale > 0 {
            let rules: Vec<&str> = stale.into_keys().collect();
            let (number, rules) = (count(judged.stale, "finding"), rules.join(", "));
            judged.note = Some(format!("{}: {number} of the baseline gone ({rules})", input.name()));
        }
        known
    }

    /// The files of the baseline that are gone, each with a note and how many findings it had.
    pub fn gone(&self) -> Vec<(String, usize)> {
        self.baseline.as_ref().map_or_else(Vec::new, Baseline::gone)
    }
}

/// The lines that a finding points at, from first to last: its own place and those that belong to it.
fn lines(source: &Source, diagnostic: &Diagnostic) -> Vec<(u32, u32)> {
    let of = |span: Span| (source.line_of(span.start), source.line_of(span.end.saturating_sub(1).max(span.start)));
    std::iter::once(diagnostic.span).chain(diagnostic.labels.iter().map(|label| label.span)).map(of).collect()
}

/// The path of a file as a baseline in a folder names it.
pub fn named(folder: &Path, file: &Path) -> String {
    path::between(folder, file)
}
