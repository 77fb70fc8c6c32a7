//! Writes what comes of the files, in order, into each report, and adds it up.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::PathBuf;

use crate::args::Format;
use crate::error::Error;
use crate::gate::Entries;
use crate::output::{self, Output};
use crate::report::{self, End, Shape, Totals};

/// What is done with the files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Findings are reported.
    Report,
    /// Findings are fixed, and what is left is reported.
    Fix,
    /// What fixes would change is shown, and nothing else.
    Diff,
}

/// What came of one file.
#[derive(Default)]
pub struct Done {
    /// Findings or changes, ready to be written: one text for each report.
    pub reports: Vec<String>,
    /// The rules that found something.
    pub rules: BTreeSet<&'static str>,
    /// Standard input after its fixes.
    pub text: Option<Vec<u8>>,
    /// What they came to.
    pub totals: Totals,
    /// What could not be done.
    pub error: Option<Error>,
    /// What is to be said besides.
    pub note: Option<String>,
    /// The file with all its findings, for a baseline.
    pub entries: Option<(PathBuf, Entries)>,
}

impl From<Error> for Done {
    fn from(error: Error) -> Self {
        Done { totals: Totals { failed: 1, ..Totals::default() }, error: Some(error), ..Done::default() }
    }
}

/// One report on its way.
struct Sink {
    out: Output,
    shape: Shape,
    /// The rules that were met in it.
    rules: BTreeSet<&'static str>,
    first: bool,
    written: usize,
    omitted: usize,
}

impl Sink {
    fn file(&mut self, file: &Done, part: &str) -> Result<(), Error> {
        if part.is_empty() {
            return Ok(());
        }
        if self.written.saturating_add(part.len()) > self.shape.room {
            self.omitted += file.totals.problems();
            return Ok(());
        }
        let mut text = String::new();
        for rule in file.rules.iter().filter(|rule| !self.rules.contains(*rule)).filter_map(|id| rules::rule(id)) {
            (self.shape.rule)(&mut text, rule);
        }
        self.rules.extend(&file.rules);
        if !std::mem::take(&mut self.first) {
            text.push_str(self.shape.between);
        }
        self.written += part.len();
        self.out.write(text.as_bytes())?;
        self.out.write(part.as_bytes())
    }
}

/// Where the reports of all files become one, for each format.
pub struct Writer {
    sinks: Vec<Sink>,
    mode: Mode,
    totals: Totals,
    errors: Vec<String>,
    entries: BTreeMap<PathBuf, Entries>,
    quiet: bool,
}

impl Writer {
    /// Of these reports.
    pub fn new(outputs: Vec<(Format, Output)>, mode: Mode, quiet: bool) -> Self {
        let sink = |(format, out)| {
            // A difference has no frame around it.
            let shape = report::shape(if mode == Mode::Diff { Format::Concise } else { format });
            Sink { out, shape, rules: BTreeSet::new(), first: true, written: 0, omitted: 0 }
        };
        let sinks = outputs.into_iter().map(sink).collect();
        Writer { sinks, mode, totals: Totals::default(), errors: Vec::new(), entries: BTreeMap::new(), quiet }
    }

    /// Writes what stands before the first file.
    ///
    /// # Errors
    /// When it cannot be written; so for the other methods.
    pub fn start(&mut self) -> Result<(), Error> {
        self.each(|sink| sink.out.write(sink.shape.start.as_bytes()))
    }

    /// Writes one file's part.
    pub fn file(&mut self, file: Done) -> Result<(), Error> {
        self.totals.add(&file.totals);
        if let Some(text) = &file.text {
            output::print(text)?;
        }
        let mut parts = file.reports.iter();
        self.each(|sink| parts.next().map_or(Ok(()), |part| sink.file(&file, part)))?;
        self.entries.extend(file.entries);
        if let Some(note) = file.note {
            self.flush()?;
            self.note(&note);
        }
        if let Some(error) = &file.error {
            self.flush()?;
            self.failed(error);
        }
        Ok(())
    }

    /// Notes what could not be done, and says so at once.
    pub fn failed(&mut self, error: &Error) {
        crate::print_error(error);
        self.errors.push(error.to_string());
    }

    /// Says what is worth knowing and no error.
    pub fn note(&self, note: &str) {
        if !self.quiet {
            let mut line = String::from("wlint: note: ");
            dockerfile::render::push_safe(&mut line, note);
            let _ = writeln!(io::stderr(), "{line}");
        }
    }

    /// Notes files of the baseline that are gone.
    pub fn gone(&mut self, files: Vec<(String, usize)>) {
        for (path, findings) in files {
            self.totals.stale += findings;
            self.note(&format!("{path}: the file is gone, and so are its findings in the baseline"));
        }
    }

    /// All findings of all files, for a baseline.
    pub fn take_entries(&mut self) -> BTreeMap<PathBuf, Entries> {
        std::mem::take(&mut self.entries)
    }

    /// Sends what was written on its way.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.each(|sink| sink.out.flush())
    }

    /// Writes what stands after the last file, and puts the reports in their places.
    pub fn end(mut self) -> Result<Totals, Error> {
        let quiet = self.quiet;
        let (totals, errors) = (self.totals, std::mem::take(&mut self.errors));
        self.each(|sink| {
            let Sink { rules, omitted, .. } = sink;
            let mut text = String::new();
            let end = End { totals: &totals, rules, errors: &errors, quiet, omitted: *omitted };
            (sink.shape.end)(&mut text, &end);
            sink.out.write(text.as_bytes())?;
            sink.out.flush()
        })?;
        // Only when all of them are written does any appear.
        self.each(|sink| sink.out.keep())?;
        if self.mode == Mode::Diff && !quiet {
            let (problems, files) = (report::count(totals.fixed, "problem"), report::count(totals.fixed_files, "file"));
            let _ = writeln!(io::stderr(), "would fix {problems} in {files}");
        }
        Ok(totals)
    }

    /// Does something with each report. Who stops reading one of them must not leave the others, or half of the files
    /// unfixed.
    fn each(&mut self, mut act: impl FnMut(&mut Sink) -> Result<(), Error>) -> Result<(), Error> {
        let goes_on = self.mode == Mode::Fix || self.sinks.len() > 1;
        for sink in &mut self.sinks {
            match act(sink) {
                Err(error) if error.is_broken_pipe() && goes_on => sink.out = Output::nowhere(),
                other => other?,
            }
        }
        Ok(())
    }
}
