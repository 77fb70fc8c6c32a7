//! `wlint check`: every file on its own and in parallel, reported in order.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};

use dockerfile::diagnostic::Diagnostic;
use dockerfile::document::Document;
use dockerfile::render::Style;
use dockerfile::source::Source;
use rayon::iter::{ParallelBridge, ParallelIterator};
use rules::Settings;

use crate::args::{Check, Color, Format};
use crate::error::Error;
use crate::files::{self, Input};
use crate::output::Output;
use crate::progress::{self, Progress};
use crate::report::{self, Totals};
use crate::writer::{Done, Mode, Writer};
use crate::{diff, fix, panics, read};

/// Deeply nested scripts are read by recursion.
const STACK: usize = 8 << 20;

/// How many files may be done before one that is not, so that reports that wait do not pile up.
const AHEAD: usize = 256;

/// What to do with each file, and how to report it.
struct Job {
    settings: Settings,
    mode: Mode,
    format: Format,
    style: Style,
    suggested_too: bool,
}

/// Lints what the arguments name.
///
/// # Errors
/// When nothing can be linted at all; what is wrong with one file is written and counted.
pub fn run(args: &Check, color: Color) -> Result<ExitCode, Error> {
    panics::keep();
    let settings = crate::settings::settings(args)?;
    let inputs = files::inputs(&args.paths, args.stdin_filename.as_deref());
    let fixes_stdin = mode(args) == Mode::Fix && inputs.iter().any(|input| matches!(input, Ok(Input::Stdin { .. })));
    let mut out = match &args.output {
        Some(path) => Output::file(path, color)?,
        // Standard output is for the fixed text then.
        None if fixes_stdin => Output::stderr(color),
        None => Output::stdout(color),
    };
    let job =
        Job { settings, mode: mode(args), format: args.format, style: out.style, suggested_too: args.unsafe_fixes };
    let totals = match lint_all(inputs, &job, args, &mut out) {
        Ok(totals) => totals,
        Err(error) if error.is_broken_pipe() => return Ok(ExitCode::SUCCESS),
        Err(error) => return Err(error),
    };
    Ok(exit_code(&totals, args))
}

const fn mode(args: &Check) -> Mode {
    match args {
        Check { diff: true, .. } => Mode::Diff,
        Check { fix: true, .. } => Mode::Fix,
        Check { .. } => Mode::Report,
    }
}

fn exit_code(totals: &Totals, args: &Check) -> ExitCode {
    let found = match args.fail_on.severity() {
        _ if args.diff => totals.fixed > 0,
        Some(severity) => totals.at_least(severity) > 0,
        None => false,
    };
    ExitCode::from(if totals.failed > 0 { 2 } else { u8::from(found) })
}

/// Hands the files to the threads and writes what comes back, in order.
fn lint_all(inputs: Vec<Result<Input, Error>>, job: &Job, args: &Check, out: &mut Output) -> Result<Totals, Error> {
    let count = inputs.len();
    let jobs = args.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, usize::from);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs.min(count).max(1))
        .stack_size(STACK)
        .build()
        .map_err(|error| Error::Threads(error.to_string()))?;
    let (permits, permitted) = channel();
    for _ in 0..AHEAD {
        let _ = permits.send(());
    }
    let (send, done) = channel();
    pool.in_place_scope(|scope| {
        scope.spawn(|_| work(inputs, job, permitted, &send));
        let totals = write_all(&done, &permits, count, job, args, out);
        // When the writer gives up, the threads find no more permits and come to an end.
        drop(permits);
        totals
    })
}

/// Lints one file after the other, each as soon as it is permitted, on all threads.
fn work(inputs: Vec<Result<Input, Error>>, job: &Job, permitted: Receiver<()>, send: &Sender<(usize, Done)>) {
    let mut inputs = inputs.into_iter().enumerate();
    std::iter::from_fn(move || permitted.recv().ok().and_then(|()| inputs.next())).par_bridge().for_each(
        |(index, input)| {
            let done = match input {
                Ok(input) => {
                    let name = input.name().to_owned();
                    panics::caught(name, AssertUnwindSafe(|| lint(&input, job))).unwrap_or_else(Done::from)
                }
                Err(error) => error.into(),
            };
            let _ = send.send((index, done));
        },
    );
}

fn write_all(
    done: &Receiver<(usize, Done)>,
    permits: &Sender<()>,
    count: usize,
    job: &Job,
    args: &Check,
    out: &mut Output,
) -> Result<Totals, Error> {
    let mut progress = Progress::new(count, !args.quiet);
    let mut writer = Writer::new(out, job.format, job.mode);
    let mut waiting = BTreeMap::new();
    writer.start()?;
    let mut next = 0;
    while next < count {
        let (index, file) = match done.recv_timeout(progress::STEP) {
            Ok(file) => file,
            Err(RecvTimeoutError::Timeout) => {
                progress.at(next);
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        };
        waiting.insert(index, file);
        while let Some(file) = waiting.remove(&next) {
            progress.clear();
            writer.file(&file)?;
            next += 1;
            let _ = permits.send(());
        }
        if waiting.is_empty() {
            writer.flush()?;
        }
        progress.at(next);
    }
    progress.clear();
    writer.end(args.quiet)
}

fn lint(input: &Input, job: &Job) -> Done {
    match (read::source(input), job.mode) {
        (Err(error), _) => error.into(),
        (Ok(source), Mode::Diff) => show_fixes(input, source, job),
        (Ok(source), Mode::Fix) => mend(input, source, job),
        (Ok(source), Mode::Report) => {
            let document = Document::new(source, job.settings.builder);
            let diagnostics = rules::check(&document, &job.settings);
            reported(input, &document.source, &diagnostics, 0, job)
        }
    }
}

fn reported(input: &Input, source: &Source, diagnostics: &[Diagnostic], fixed: usize, job: &Job) -> Done {
    let mut done = Done { totals: Totals::of(diagnostics, fixed), ..Done::default() };
    let file = report::File { name: input.name(), source, diagnostics };
    report::file(&mut done.report, job.format, job.style, &file);
    done
}

fn show_fixes(input: &Input, source: Source, job: &Job) -> Done {
    let fixed = fix::rounds(source, &job.settings, job.suggested_too);
    let mut done = Done { totals: Totals::of(&fixed.left, fixed.count), ..Done::default() };
    if let Some(after) = &fixed.after {
        diff::push(&mut done.report, input.name(), &fixed.before, after, job.style);
    }
    done
}

fn mend(input: &Input, source: Source, job: &Job) -> Done {
    let fixed = fix::rounds(source, &job.settings, job.suggested_too);
    let (before, after) = (&fixed.before.source, fixed.after.as_ref().map(|after| &after.source));
    let written = match (input, after) {
        (Input::File { path, name }, Some(after)) => fix::write(Path::new(path), name, before, after),
        (Input::File { .. }, None) | (Input::Stdin { .. }, _) => Ok(()),
    };
    if let Err(error) = written {
        // Nothing was fixed, so everything that was found is still there.
        let mut done = reported(input, before, &fixed.found, 0, job);
        done.totals.failed = 1;
        done.error = Some(error);
        return done;
    }
    let now = after.unwrap_or(before);
    let mut done = reported(input, now, &fixed.left, fixed.count, job);
    if matches!(input, Input::Stdin { .. }) {
        done.text = Some(fix::bytes(now));
    }
    done
}
