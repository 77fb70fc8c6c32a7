//! Hands the files to the threads and writes what comes back, in order.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};

use rayon::iter::{ParallelBridge, ParallelIterator};

use super::each::Task;
use super::{Job, each};
use crate::args::Check;
use crate::error::Error;
use crate::files::Input;
use crate::progress::{self, Progress};
use crate::report::Totals;
use crate::writer::{Done, Mode, Writer};
use crate::{gate, panics};

/// Deeply nested scripts are read by recursion.
const STACK: usize = 8 << 20;

/// How many files may be done before one that is not, at least, so that reports that wait do not pile up.
const AHEAD: usize = 256;

/// How many parts of the files there are for each thread, at least, so that none waits for another one.
const PARTS: usize = 4;

/// How many files a thread takes at most at once: handing over each one by itself takes a good part of the time of
/// linting it.
const TAKEN: usize = 32;

/// Lints all files.
///
/// # Errors
/// When there are no threads, or a report cannot be written.
pub(super) fn lint(tasks: Vec<Result<Task, Error>>, job: &Job, args: &Check, writer: Writer) -> Result<Totals, Error> {
    let count = tasks.len();
    let jobs = args.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, usize::from);
    let mut threads = Vec::new();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs.min(count).max(1))
        .spawn_handler(|thread| {
            threads.push(std::thread::Builder::new().stack_size(STACK).spawn(|| thread.run())?);
            Ok(())
        })
        .build()
        .map_err(|error| Error::Threads(error.to_string()))?;
    let (permits, permitted) = channel();
    let _ = permits.send(AHEAD.max(pool.current_num_threads() * PARTS * TAKEN));
    let (send, done) = channel();
    let totals = pool.in_place_scope(|scope| {
        scope.spawn(|_| work(tasks, job, permitted, &send));
        let totals = write(&done, &permits, count, args, job, writer);
        // When the writer gives up, the threads find no more permits and come to an end.
        drop(permits);
        totals
    });
    drop(pool);
    // A thread that ends while the process does can set its exit code, at least under Wine.
    threads.into_iter().for_each(|thread| drop(thread.join()));
    totals
}

/// Lints some files after the others, as soon as they are permitted, on all threads.
fn work(tasks: Vec<Result<Task, Error>>, job: &Job, permitted: Receiver<usize>, send: &Sender<(usize, Vec<Done>)>) {
    let threads = rayon::current_num_threads();
    let (mut tasks, mut next, mut free) = (tasks.into_iter(), 0, 0);
    let parts = std::iter::from_fn(move || {
        // The last ones are shared out one by one, so that all threads come to their end at about the same time.
        let taken = (tasks.len() / (threads * PARTS)).clamp(1, TAKEN);
        while free < taken {
            free += permitted.recv().ok()?;
        }
        let part: Vec<_> = tasks.by_ref().take(taken).collect();
        let first = next;
        next += part.len();
        free -= part.len();
        (!part.is_empty()).then_some((first, part))
    });
    parts.par_bridge().for_each(|(first, part)| {
        let _ = send.send((first, lint_part(part, job)));
    });
}

fn lint_part(part: Vec<Result<Task, Error>>, job: &Job) -> Vec<Done> {
    let tasks: Vec<&Task> = part.iter().flatten().collect();
    // What can be done twice: reading a file, not standard input, and no fixing.
    let again = job.mode == Mode::Report && tasks.iter().all(|task| matches!(task.input, Input::File { .. }));
    let together = (again && tasks.len() > 1)
        .then(|| panics::caught(String::new(), AssertUnwindSafe(|| each::report_all(&tasks, job))).ok())
        .flatten();
    // A mistake of ours is put down to the file that it is about, and costs no other.
    let alone = |task: &&Task| {
        let name = task.input.name().to_owned();
        panics::caught(name, AssertUnwindSafe(|| each::lint(task, job))).unwrap_or_else(Done::from)
    };
    let mut done = together.unwrap_or_else(|| tasks.iter().map(alone).collect()).into_iter();
    let mut next = || done.next().expect("one for each file");
    part.into_iter().map(|task| task.map_or_else(Done::from, |_| next())).collect()
}

fn write(
    done: &Receiver<(usize, Vec<Done>)>,
    permits: &Sender<usize>,
    count: usize,
    args: &Check,
    job: &Job,
    mut writer: Writer,
) -> Result<Totals, Error> {
    let mut progress = Progress::new(count, !args.quiet);
    let mut waiting = BTreeMap::new();
    writer.start()?;
    let mut next = 0;
    while next < count {
        let (first, files) = match done.recv_timeout(progress::STEP) {
            Ok(part) => part,
            Err(RecvTimeoutError::Timeout) => {
                // Whoever waits for the next file sees all those before it.
                writer.flush()?;
                progress.at(next);
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => break,
        };
        waiting.insert(first, files);
        while let Some(files) = waiting.remove(&next) {
            progress.clear();
            let written = files.len();
            next += written;
            files.into_iter().try_for_each(|file| writer.file(file))?;
            let _ = permits.send(written);
        }
        progress.at(next);
    }
    progress.clear();
    writer.gone(job.gate.gone());
    let entries = writer.take_entries();
    let totals = writer.end()?;
    match &args.gate.write_baseline {
        Some(path) if totals.failed > 0 => Err(Error::Incomplete { path: path.display().to_string() }),
        Some(path) => gate::write(path, &entries).map(|()| totals),
        None => Ok(totals),
    }
}
