//! `wbuild why`.

use std::io::{self, Read};
use std::path::Path;

use crate::args::{ReportFormat, Why};
use crate::command::print;
use crate::doctor::parse::decode;
use crate::doctor::why::{self, report};
use crate::failure::{Exit, Failure};

/// Explains the log of a failed build.
///
/// # Errors
/// When the log or the Dockerfile cannot be read.
pub fn run(args: &Why) -> Result<Exit, Failure> {
    let log = if args.log == Path::new("-") {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map_err(|error| unreadable(Path::new("standard input"), &error))?;
        bytes
    } else {
        read(&args.log)?
    };
    let found = why::explain(&decode(&log));
    let file = args.file.as_deref().map(read).transpose()?;
    let step = why::ending(&found).and_then(|ended| ended.step.as_ref());
    let place = file.zip(step).and_then(|(file, step)| why::place(file, step));
    match args.format {
        ReportFormat::Text => print(&report::text(&found, place.as_ref())),
        ReportFormat::Json => print(&format!("{:#}\n", report::json(&found, place.as_ref()))),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Usage, format!("{} cannot be read: {error}", path.display()))
        .help("give the file that the output of the build was written to, or - and the log on standard input")
}
