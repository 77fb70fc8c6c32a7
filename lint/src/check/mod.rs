//! `wlint check`: files in parallel, what is found in one whatever the others are, reported in order.

use std::process::ExitCode;

use dockerfile::render::Style;

use crate::args::{Check, Color, Format};
use crate::config::Resolver;
use crate::error::Error;
use crate::files::{self, Input};
use crate::gate::Gate;
use crate::ignore_list::IgnoreLists;
use crate::output::Output;
use crate::panics;
use crate::report::Totals;
use crate::writer::{Mode, Writer};

mod all;
mod each;
mod show_settings;

use each::Task;

/// What to do with each file, and how to report it.
struct Job {
    mode: Mode,
    reports: Vec<(Format, Style)>,
    suggested_too: bool,
    gate: Gate,
    ignore_lists: IgnoreLists,
}

/// Lints what the arguments name.
///
/// # Errors
/// When nothing can be linted at all; what is wrong with one file is written and counted.
pub fn run(args: &Check, color: Color) -> Result<ExitCode, Error> {
    panics::keep();
    let mut resolver = Resolver::new(&args.choice, &args.configuration.file)?;
    let inputs = files::inputs(&args.paths, args.stdin_filename.as_deref());
    // What is wrong with a configuration is said before anything is written.
    let tasks = inputs.into_iter().map(|input| task(input, &mut resolver)).collect::<Result<Vec<_>, Error>>()?;
    if args.configuration.show_settings {
        return show_settings::run(&tasks);
    }
    let gate = Gate::new(&args.gate, tasks.iter().flatten().map(|task| &task.input))?;
    let fixes_stdin =
        mode(args) == Mode::Fix && tasks.iter().flatten().any(|task| matches!(task.input, Input::Stdin { .. }));
    let outputs = outputs(args, color, fixes_stdin)?;
    let reports = outputs.iter().map(|(format, out)| (*format, out.style)).collect();
    let job = Job {
        mode: mode(args),
        reports,
        suggested_too: args.fixing.unsafe_fixes,
        gate,
        ignore_lists: IgnoreLists::default(),
    };
    let writer = Writer::new(outputs, job.mode, args.quiet);
    let totals = match all::lint(tasks, &job, args, writer) {
        Ok(totals) => totals,
        Err(error) if error.is_broken_pipe() => return Ok(ExitCode::SUCCESS),
        Err(error) => return Err(error),
    };
    Ok(exit_code(&totals, args))
}

/// An input with what holds for it. An input that is none is said when its turn comes.
fn task(input: Result<Input, Error>, resolver: &mut Resolver) -> Result<Result<Task, Error>, Error> {
    match input {
        Ok(input) => Ok(Ok(Task { settings: resolver.of(&input)?, input })),
        Err(error) => Ok(Err(error)),
    }
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
