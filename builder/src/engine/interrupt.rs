//! Ctrl-C and the signals that end a program: noticed, so that what is under way can be put away first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the user wants the command to end. Clones watch the same.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Notices Ctrl-C and SIGTERM from here on. The second one ends the program at once.
    pub fn on_signals() -> Self {
        let interrupt = Interrupt::default();
        let seen = interrupt.clone();
        // Where a handler is set already, that one decides.
        let _ = ctrlc::try_set_handler(move || {
            if seen.0.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
        });
        interrupt
    }

    /// As if Ctrl-C had been pressed.
    pub fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether it was.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
