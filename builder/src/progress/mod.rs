//! How far a command is: bars on a terminal, lines or JSON elsewhere, all on standard error.
//!
//! Steps have a name, lines of output and an outcome; transfers count bytes. What a step prints comes from containers and
//! files, so control characters are made visible and hidden values are cut out before anything is shown.

mod group;
mod json;
mod sink;
mod text;

pub use group::Grouping;
pub use text::{counted, size};

use std::fmt;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use serde::Serialize;

use sink::Sink;
use text::Cutter;

/// What a transfer moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Transfer {
    /// Bytes from a registry or a server.
    Pull,
    /// Bytes of a layer that is being written.
    Layer,
    /// Bytes to a registry.
    Push,
}

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Bars that are drawn again, for a terminal.
    Bars,
    /// Lines.
    Plain,
    /// One JSON object a line.
    Json,
}

/// Which of its two outputs a step wrote to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was carried out.
    Done,
    /// Nothing had to be done: its result was there.
    Cached,
    /// It failed; why.
    Failed(String),
}

/// Where progress goes. Cheap to clone; every method may be called from any thread.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    sink: Option<Arc<Sink>>,
}

impl Progress {
    /// Shows nothing.
    pub fn silent() -> Self {
        Progress::default()
    }

    /// Shows progress on standard error.
    pub fn new(style: Style, grouping: Grouping) -> Self {
        Progress { sink: Some(Arc::new(Sink::stderr(style, grouping))) }
    }

    /// Shows progress in lines elsewhere.
    pub fn to_writer(style: Style, grouping: Grouping, out: impl Write + Send + 'static) -> Self {
        Progress { sink: Some(Arc::new(Sink::new(style, grouping, Box::new(out), None))) }
    }

    /// From here on the value is shown as `***`, wherever it would stand; of a value with several lines, each.
    pub fn hide(&self, value: &str) {
        if let Some(sink) = &self.sink {
            sink.hide(value);
        }
    }

    /// A transfer begins; `total` in bytes when it is known. It ends when the last clone of the bar is dropped.
    pub fn transfer(&self, kind: Transfer, what: &str, total: Option<u64>) -> Bar {
        let Some(sink) = &self.sink else { return Bar::default() };
        let what = sink.shown(what).into_owned();
        let id = sink.next_id();
        let drawn = sink.bar(kind, &what, total);
        let moving = Moving {
            sink: Arc::clone(sink),
            id,
            kind,
            what,
            total,
            began: Instant::now(),
            told: Mutex::new(Instant::now()),
            drawn,
        };
        let bar = Bar { inner: Arc::new(Inner { moved: AtomicU64::new(0), moving: Some(moving) }) };
        bar.inner.tell("started");
        bar
    }

    /// A step begins.
    pub fn step(&self, name: &str) -> Step {
        let cutters = [Mutex::default(), Mutex::default()];
        let mut step =
            Step { sink: self.sink.clone(), id: 0, began: Instant::now(), cutters, drawn: None, ended: false };
        if let Some(sink) = &self.sink {
            let name = &sink.shown(name);
            step.id = sink.next_id();
            step.drawn = sink.spinner(name);
            sink.send(&Event::Started { id: step.id, name });
        }
        step
    }

    /// Something worth knowing that is no problem.
    pub fn note(&self, text: &str) {
        self.say("note", text);
    }

    /// Something that is likely not meant.
    pub fn warn(&self, text: &str) {
        self.say("warning", text);
    }

    fn say(&self, level: &'static str, text: &str) {
        if let Some(sink) = &self.sink {
            sink.send(&Event::Note { level, text: &sink.shown(text) });
        }
    }
}

/// What happens, for the styles to show.
enum Event<'a> {
    Started { id: u64, name: &'a str },
    Output { id: u64, stream: Stream, line: &'a str },
    Ended { id: u64, outcome: &'a Outcome, took: Duration },
    Moved { id: u64, moving: &'a Moving, state: &'static str, bytes: u64 },
    Note { level: &'static str, text: &'a str },
}

/// A step under way. Dropped without [`Step::done`], it was stopped.
pub struct Step {
    sink: Option<Arc<Sink>>,
    id: u64,
    began: Instant,
    cutters: [Mutex<Cutter>; 2],
    drawn: Option<ProgressBar>,
    ended: bool,
}

impl Step {
    /// The step wrote some bytes; they are shown line by line.
    pub fn output(&self, stream: Stream, bytes: &[u8]) {
        let Some(sink) = &self.sink else { return };
        let mut cutter = self.cutters[stream as usize].lock().expect("cutting lines does not panic");
        let mask = |text: &str| {
            let text = sink.shown(text).into_owned();
            let begun = sink.begun(&text);
            (text, begun)
        };
        cutter.feed(bytes, mask, |line| sink.send(&Event::Output { id: self.id, stream, line: &sink.shown(line) }));
    }

    /// The step has ended.
    pub fn done(mut self, outcome: &Outcome) {
        self.end(outcome);
    }

    fn end(&mut self, outcome: &Outcome) {
        let Some(sink) = self.sink.as_ref().filter(|_| !std::mem::replace(&mut self.ended, true)) else { return };
        for (cutter, stream) in self.cutters.iter().zip([Stream::Stdout, Stream::Stderr]) {
            let mut cutter = cutter.lock().expect("cutting lines does not panic");
            cutter.finish(|line| sink.send(&Event::Output { id: self.id, stream, line: &sink.shown(line) }));
        }
        if let Some(drawn) = &self.drawn {
            drawn.finish_and_clear();
        }
        let outcome = match outcome {
            Outcome::Failed(reason) => &Outcome::Failed(sink.shown(reason).into_owned()),
            other => other,
        };
        sink.send(&Event::Ended { id: self.id, outcome, took: self.began.elapsed() });
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        self.end(&Outcome::Failed("stopped".to_owned()));
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Step({})", self.id)
    }
}

/// A transfer under way. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Bar {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    moved: AtomicU64,
    moving: Option<Moving>,
}

/// What is shown of a transfer.
struct Moving {
    sink: Arc<Sink>,
    id: u64,
    kind: Transfer,
    what: String,
    total: Option<u64>,
    began: Instant,
    /// When something was last said about it.
    told: Mutex<Instant>,
    drawn: Option<ProgressBar>,
}

impl fmt::Debug for Moving {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Moving({}, {})", self.id, self.what)
    }
}

impl Bar {
    /// Some more bytes have moved.
    pub fn add(&self, bytes: u64) {
        let moved = self.inner.moved.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let Some(moving) = &self.inner.moving else { return };
        if let Some(drawn) = &moving.drawn {
            drawn.set_position(moved);
        } else if let Ok(mut told) = moving.told.try_lock()
            && told.elapsed() >= moving.sink.interval()
        {
            *told = Instant::now();
            drop(told);
            self.inner.tell("moving");
        }
    }

    /// The transfer begins again from `at` bytes.
    pub fn reset(&self, at: u64) {
        self.inner.moved.store(at, Ordering::Relaxed);
        if let Some(drawn) = self.inner.moving.as_ref().and_then(|moving| moving.drawn.as_ref()) {
            drawn.set_position(at);
        }
    }
}

impl Inner {
    fn tell(&self, state: &'static str) {
        if let Some(moving) = &self.moving {
            let bytes = self.moved.load(Ordering::Relaxed);
            moving.sink.send(&Event::Moved { id: moving.id, moving, state, bytes });
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let Some(moving) = &self.moving else { return };
        if let Some(drawn) = &moving.drawn {
            drawn.finish_and_clear();
        }
        let whole = moving.total.is_none_or(|total| self.moved.load(Ordering::Relaxed) >= total);
        self.tell(if whole { "done" } else { "stopped" });
    }
}

#[cfg(test)]
mod tests;
