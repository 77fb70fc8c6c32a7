//! `wlint check`: every file on its own and in parallel, reported in order.

use std::process::ExitCode;
use std::sync::Arc;

use dockerfile::render::Style;

use crate::args::{Check, Color, Format};
use crate::config::Effective;
use crate::error::Error;
use crate::files::{self, Input};
use crate::output::Output;
use crate::panics;
use crate::report::Totals;
use crate::writer::{Mode, Writer};

mod all;
mod each;

use each::Task;

/// What to do with each file, and how to report it.
struct Job {
    mode: Mode,
    reports: Vec<(Format, Style)>,
    suggested_too: bool,
}

/// Lints what the arguments name.
///
/// # Errors
/// When nothing can be linted at all; what is wrong with one file is written and counted.
pub fn run(args: &Check, color: Color) -> Result<ExitCode, Error> {
    panics::keep();
    let settings = Arc::new(Effective {
        rules: crate::settings::settings(args)?,
        context: args.choice.context.clone(),
        fail_on: args.choice.fail_on.unwrap_or_default().severity(),
    });
    let inputs = files::inputs(&args.paths, args.stdin_filename.as_deref());
    let fixes_stdin = mode(args) == Mode::Fix && inputs.iter().any(|input| matches!(input, Ok(Input::Stdin { .. })));
    let outputs = outputs(args, color, fixes_stdin)?;
    let reports = outputs.iter().map(|(format, out)| (*format, out.style)).collect();
    let job = Job { mode: mode(args), reports, suggested_too: args.fixing.unsafe_fixes };
    let writer = Writer::new(outputs, job.mode);
    let tasks = inputs.into_iter().map(|input| Ok(Task { input: input?, settings: Arc::clone(&settings) })).collect();
    let totals = match all::lint(tasks, &job, args, writer) {
        Ok(totals) => totals,
        Err(error) if error.is_broken_pipe() => return Ok(ExitCode::SUCCESS),
        Err(error) => return Err(error),
    };
    Ok(exit_code(&totals, args))
}

fn outputs(args: &Check, color: Color, fixes_stdin: bool) -> Result<Vec<(Format, Output)>, Error> {
    let open = |target: &crate::args::Target| {
        let out = match &target.output {
            Some(path) => Output::file(path, color)?,
            // Standard output is for the fixed text then.
            None if fixes_stdin => Output::stderr(color),
            None => Output::stdout(color),
        };
        Ok((target.format, out))
    };
    args.reports.0.iter().map(open).collect()
}

const fn mode(args: &Check) -> Mode {
    match (args.fixing.diff, args.fixing.fix) {
        (true, _) => Mode::Diff,
        (false, true) => Mode::Fix,
        (false, false) => Mode::Report,
    }
}

fn exit_code(totals: &Totals, args: &Check) -> ExitCode {
    let found = if args.fixing.diff { totals.fixed > 0 } else { totals.failing > 0 };
    ExitCode::from(if totals.failed > 0 { 2 } else { u8::from(found) })
}
