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
        io::stdin().lock().read_to_end(&mut bytes).map_err(|error| unreadable(&args.log, &error))?;
        bytes
    } else {
        read(&args.log)?
    };
    let log = decode(&log);
    if !is_text(&log) {
        let cause = format!("{} is no text: it has bytes that no log has", name(&args.log));
        return Err(Failure::new(Exit::Usage, cause).help(GIVE));
    }
    let found = why::explain(&log);
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

const GIVE: &str = "give the file that the output of the build was written to, or - and the log on standard input";

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Exit::Usage, format!("{} cannot be read: {error}", name(path))).help(GIVE)
}

/// Some programs write UTF-16 into a log of UTF-8, so that single odd characters say nothing.
fn is_text(log: &str) -> bool {
    let is_odd =
        |char: &char| *char == char::REPLACEMENT_CHARACTER || char.is_control() && !"\n\r\t\u{1b}".contains(*char);
    let (odd, all) =
        log.chars().take(8192).fold((0, 0), |(odd, all), char| (odd + usize::from(is_odd(&char)), all + 1));
    odd * 10 <= all
}

fn name(path: &Path) -> String {
    if path == Path::new("-") { "standard input".to_owned() } else { path.display().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_no_log() {
        let program: Vec<u8> = (0..4096_u32).map(|at| (at * at) as u8).collect();
        assert!(!is_text(&decode(&program)));
        // A program of Windows that writes UTF-16 into a log leaves a few bytes that are no text.
        let log = format!("{}w\0s\0l\0\n", "Step 1/2 : RUN setup.exe\r\n\u{1b}[31mred\u{1b}[0m\n".repeat(9));
        assert!(is_text(&log) && is_text(""));
    }
}
