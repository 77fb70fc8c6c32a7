//! What all files together came to.

use dockerfile::diagnostic::{Diagnostic, Safety, Severity};

/// What all files together came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Files that were linted.
    pub files: usize,
    /// Files with findings.
    pub files_with_problems: usize,
    /// Findings by severity, from style to error.
    pub severities: [usize; 4],
    /// Findings that fail the run.
    pub failing: usize,
    /// Findings with a safe fix.
    pub safe: usize,
    /// Findings with a fix that wants a look.
    pub suggested: usize,
    /// Fixes that were applied, or would be.
    pub fixed: usize,
    /// Files in which fixes were applied, or would be.
    pub fixed_files: usize,
    /// Findings that the baseline knows.
    pub known: usize,
    /// Findings on lines that did not change.
    pub unchanged: usize,
    /// Findings that the baseline knows and are gone.
    pub stale: usize,
    /// What could not be done: files that could not be read or written, folders without Dockerfiles.
    pub failed: usize,
}

impl Totals {
    /// Of one file that was linted, in which findings of a severity or worse fail.
    pub fn of(diagnostics: &[Diagnostic], fixed: usize, fail_on: Option<Severity>) -> Totals {
        let mut totals = Totals { files: 1, fixed, fixed_files: usize::from(fixed > 0), ..Totals::default() };
        totals.files_with_problems = usize::from(!diagnostics.is_empty());
        for diagnostic in diagnostics {
            totals.severities[diagnostic.severity as usize] += 1;
            totals.failing += usize::from(fail_on.is_some_and(|severity| diagnostic.severity >= severity));
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
        self.failing += other.failing;
        self.safe += other.safe;
        self.suggested += other.suggested;
        self.fixed += other.fixed;
        self.fixed_files += other.fixed_files;
        self.known += other.known;
        self.unchanged += other.unchanged;
        self.stale += other.stale;
        self.failed += other.failed;
    }

    /// All findings.
    pub fn problems(&self) -> usize {
        self.severities.iter().sum()
    }
}
