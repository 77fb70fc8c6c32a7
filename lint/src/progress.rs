//! A line on the terminal for those who wait over a second.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// How long nothing is shown.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often it changes.
pub const STEP: Duration = Duration::from_millis(100);

/// The line, if standard error is a terminal.
pub struct Progress {
    total: usize,
    next: Option<Instant>,
    shown: bool,
}

impl Progress {
    /// Of so many files; nothing is ever shown unless `wanted`.
    pub fn new(total: usize, wanted: bool) -> Self {
        let next = (wanted && io::stderr().is_terminal()).then(|| Instant::now() + PATIENCE);
        Progress { total, next, shown: false }
    }

    /// Shows how far it is, when it is time to.
    pub fn at(&mut self, done: usize) {
        let now = Instant::now();
        if self.next.is_some_and(|next| next <= now) {
            let _ = write!(io::stderr(), "\r\x1B[Klinted {done} of {} files", self.total);
            self.next = Some(now + STEP);
            self.shown = true;
        }
    }

    /// Takes the line away, so that something else can be written.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            let _ = write!(io::stderr(), "\r\x1B[K");
        }
    }
}
