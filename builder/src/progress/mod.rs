//! How far a command is: bars on a terminal, lines or JSON elsewhere, all on standard error.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a transfer moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// Bytes from a registry or a server.
    Pull,
    /// Bytes of a layer that is being written.
    Layer,
    /// Bytes to a registry.
    Push,
}

/// Where progress goes. Cheap to clone; every method may be called from any thread.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    // The sinks of the modes come here; without one nothing is shown.
    _private: (),
}

impl Progress {
    /// Shows nothing.
    pub fn silent() -> Self {
        Progress::default()
    }

    /// A transfer begins; `total` in bytes when it is known.
    pub fn transfer(&self, _kind: Transfer, _what: &str, _total: Option<u64>) -> Bar {
        Bar::default()
    }
}

/// A transfer under way.
#[derive(Clone, Debug, Default)]
pub struct Bar {
    moved: Arc<AtomicU64>,
}

impl Bar {
    /// Some more bytes have moved.
    pub fn add(&self, bytes: u64) {
        self.moved.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The transfer begins again from `at` bytes.
    pub fn reset(&self, at: u64) {
        self.moved.store(at, Ordering::Relaxed);
    }
}
