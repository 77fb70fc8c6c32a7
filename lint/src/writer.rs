//! Writes what comes of the files, in order, and adds it up.

use std::io::{self, Write};

use crate::args::Format;
use crate::error::Error;
use crate::output::{self, Output};
use crate::report::{self, Totals};

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
    /// Findings or changes, ready to be written.
    pub report: String,
    /// Standard input after its fixes.
    pub text: Option<Vec<u8>>,
    /// What they came to.
    pub totals: Totals,
    /// What could not be done.
    pub error: Option<Error>,
}

impl From<Error> for Done {
    fn from(error: Error) -> Self {
        Done { totals: Totals { failed: 1, ..Totals::default() }, error: Some(error), ..Done::default() }
    }
}

/// Where the reports of all files become one.
pub struct Writer<'a> {
    out: &'a mut Output,
    format: Format,
    mode: Mode,
    totals: Totals,
    first: bool,
}

impl<'a> Writer<'a> {
    /// Of reports in this format.
    pub fn new(out: &'a mut Output, format: Format, mode: Mode) -> Self {
        Writer { out, format, mode, totals: Totals::default(), first: true }
    }

    /// Writes what stands before the first file.
    ///
    /// # Errors
    /// When it cannot be written; so for the other methods.
    pub fn start(&mut self) -> Result<(), Error> {
        if self.mode == Mode::Diff { Ok(()) } else { self.write(report::start(self.format)) }
    }

    /// Writes one file's part.
    pub fn file(&mut self, file: &Done) -> Result<(), Error> {
        self.totals.add(&file.totals);
        if let Some(text) = &file.text {
            output::print(text)?;
        }
        if !file.report.is_empty() {
            if !std::mem::take(&mut self.first) && self.mode != Mode::Diff {
                self.write(report::between(self.format))?;
            }
            self.write(&file.report)?;
        }
        if let Some(error) = &file.error {
            self.flush()?;
            crate::print_error(error);
        }
        Ok(())
    }

    /// Sends what was written on its way.
    pub fn flush(&mut self) -> Result<(), Error> {
        let result = self.out.flush();
        self.unless_closed(result)
    }

    /// Writes what stands after the last file.
    pub fn end(mut self, quiet: bool) -> Result<Totals, Error> {
        if self.mode != Mode::Diff {
            self.write(&report::end(self.format, &self.totals, quiet))?;
        }
        self.flush()?;
        if self.mode == Mode::Diff && !quiet {
            let totals = &self.totals;
            let (problems, files) = (report::count(totals.fixed, "problem"), report::count(totals.fixed_files, "file"));
            let _ = writeln!(io::stderr(), "would fix {problems} in {files}");
        }
        Ok(self.totals)
    }

    fn write(&mut self, text: &str) -> Result<(), Error> {
        let result = self.out.write(text.as_bytes());
        self.unless_closed(result)
    }

    /// Who stops reading the report must not leave half of the files unfixed.
    fn unless_closed(&mut self, result: Result<(), Error>) -> Result<(), Error> {
        match result {
            Err(error) if error.is_broken_pipe() && self.mode == Mode::Fix => {
                *self.out = Output::nowhere();
                Ok(())
            }
            other => other,
        }
    }
}
