//! One file: read, linted or mended, and its part of each report.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use dockerfile::ast::{Instruction, Kind};
use dockerfile::diagnostic::Diagnostic;
use dockerfile::document::Document;
use dockerfile::source::Source;
use rules::Settings;

use super::Job;
use crate::config::Effective;
use crate::error::Error;
use crate::files::Input;
use crate::report::{self, Totals};
use crate::writer::{Done, Mode};
use crate::{diff, fingerprint, fix, read};

/// A file and what holds for it.
pub(super) struct Task {
    pub(super) input: Input,
    pub(super) settings: Arc<Effective>,
}

/// The most text, in bytes, that is understood at once: what is known of a file takes many times its size.
const TOGETHER: usize = 64 << 10;

/// What there is to report of each of some files.
pub(super) fn report_all(tasks: &[&Task], job: &Job) -> Vec<Done> {
    let mut done = Vec::with_capacity(tasks.len());
    while done.len() < tasks.len() {
        let (mut files, mut bytes) = (Vec::new(), 0);
        for task in &tasks[done.len()..] {
            let file = understood(task, job);
            bytes += file.as_ref().map_or(0, |(document, _)| document.source.text().len());
            files.push(file);
            if bytes > TOGETHER {
                break;
            }
        }
        let known: Vec<_> = files.iter().flatten().map(|(document, settings)| (document, settings.as_ref())).collect();
        let mut found = rules::check_all(&known).into_iter();
        for file in files {
            let task = tasks[done.len()];
            done.push(match file {
                Ok((document, _)) => reported(task, &document, found.next().unwrap_or_default(), 0, job),
                Err(error) => error.into(),
            });
        }
    }
    done
}

/// Does what is to be done with one file.
pub(super) fn lint(task: &Task, job: &Job) -> Done {
    let (document, settings) = match understood(task, job) {
        Ok(file) => file,
        Err(error) => return error.into(),
    };
    match job.mode {
        Mode::Report => {
            let found = rules::check(&document, &settings);
            reported(task, &document, found, 0, job)
        }
        Mode::Diff => show_fixes(task, document, &settings, job),
        Mode::Fix => mend(task, document, &settings, job),
    }
}

/// A file that was read, and what the rules are told of it.
fn understood<'a>(task: &'a Task, job: &Job) -> Result<(Document, Cow<'a, Settings>), Error> {
    let document = Document::new(read::source(&task.input)?, task.settings.rules.builder);
    let settings = settings(task, &document, job)?;
    Ok((document, settings))
}

/// What the rules are told of this one file: with the `.dockerignore` that goes with it, which is not looked for where
/// nothing is copied from the build context.
fn settings<'a>(task: &'a Task, document: &Document, job: &Job) -> Result<Cow<'a, Settings>, Error> {
    let settings = &task.settings.rules;
    let copies =
        |instruction: &Instruction| matches!(instruction.kind, Kind::Copy(_)) && instruction.flag("from").is_none();
    let wanted = document.reading().instructions.iter().any(copies) && settings.is_on("copy-ignored-file");
    let list = if wanted {
        job.ignore_lists.of(&task.input, task.settings.context.as_deref(), settings.builder)?
    } else {
        None
    };
    Ok(match list {
        Some(list) => Cow::Owned(Settings { ignore_list: Some(list), ..settings.clone() }),
        None => Cow::Borrowed(settings),
    })
}

fn reported(task: &Task, document: &Document, found: Vec<Diagnostic>, fixed: usize, job: &Job) -> Done {
    let (name, fail_on) = (task.input.name(), task.settings.fail_on);
    let judged = job.gate.judge(&task.input, document, found);
    let diagnostics = judged.new.as_slice();
    let mut done = Done { totals: Totals::of(diagnostics, fixed, fail_on), note: judged.note, ..Done::default() };
    let counts = (judged.known, judged.unchanged, judged.stale);
    (done.totals.known, done.totals.unchanged, done.totals.stale) = counts;
    done.entries = Some((task.input.place().to_owned(), judged.entries)).filter(|(_, entries)| !entries.is_empty());
    done.rules = diagnostics.iter().map(|diagnostic| diagnostic.rule).collect();
    let wanted = job.reports.iter().any(|(format, _)| report::shape(*format).fingerprints);
    let fingerprints = if wanted {
        fingerprint::unique(&report::relative(name), &fingerprint::of(document, diagnostics))
    } else {
        vec![]
    };
    for &(format, style) in &job.reports {
        let mut part = String::new();
        let (source, fingerprints) = (&document.source, &fingerprints);
        let file = report::File { name, source, diagnostics, fingerprints, style, fail_on };
        (report::shape(format).file)(&mut part, &file);
        done.reports.push(part);
    }
    done
}

fn show_fixes(task: &Task, document: Document, settings: &Settings, job: &Job) -> Done {
    let fixed = fix::rounds(document, settings, job.suggested_too);
    let mut done = Done { totals: Totals::of(&fixed.left, fixed.count, task.settings.fail_on), ..Done::default() };
    if let (Some(after), Some((_, style))) = (&fixed.after, job.reports.first()) {
        let mut part = String::new();
        diff::push(&mut part, task.input.name(), &fixed.before, after, &task.settings.rules.policy, *style);
        done.reports.push(part);
    }
    done
}

fn mend(task: &Task, document: Document, settings: &Settings, job: &Job) -> Done {
    let fixed = fix::rounds(document, settings, job.suggested_too);
    if let Err(error) = written(&task.input, &fixed.before.source, fixed.after.as_ref()) {
        // Nothing was fixed, so everything that was found is still there.
        let mut done = reported(task, &fixed.before, fixed.found, 0, job);
        done.totals.failed = 1;
        done.error = Some(error);
        return done;
    }
    let now = fixed.after.as_ref().unwrap_or(&fixed.before);
    let mut done = reported(task, now, fixed.left, fixed.count, job);
    if matches!(task.input, Input::Stdin { .. }) {
        done.text = Some(fix::bytes(&now.source));
    }
    done
}

/// Writes a mended file; standard input has no file.
fn written(input: &Input, before: &Source, after: Option<&Document>) -> Result<(), Error> {
    match (input, after) {
        (Input::File { path, name }, Some(after)) => fix::write(Path::new(path), name, before, &after.source),
        (Input::File { .. }, None) | (Input::Stdin { .. }, _) => Ok(()),
    }
}
