//! Ctrl-C and the signals that end a program: noticed, so that what is under way can be put away first.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use crate::failure::Exit;

/// Whether the user wants the command to end. Clones watch the same.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    set: bool,
    /// How many pieces of work have something to put away.
    held: usize,
}

/// Work that puts something away when the user ends the command. As long as it is held, the command goes on after the
/// signal; whoever holds it asks [`Interrupt::is_set`].
#[derive(Debug)]
pub struct Hold(Interrupt);

impl Interrupt {
    /// Notices Ctrl-C and SIGTERM from here on. They end the program at once, with 130, where nothing is held; else the
    /// second one does.
    pub fn on_signals() -> Self {
        static OF_PROCESS: OnceLock<Interrupt> = OnceLock::new();
        let of_process = OF_PROCESS.get_or_init(|| {
            let interrupt = Interrupt::default();
            let seen = interrupt.clone();
            // Where a handler is set already, that one decides.
            let _ = ctrlc::try_set_handler(move || seen.signalled());
            interrupt
        });
        of_process.clone()
    }

    /// What a signal does. The state stays locked while the program ends, so that nothing new is taken hold of.
    fn signalled(&self) {
        let mut state = self.state();
        if state.held == 0 || state.set {
            end();
        }
        state.set = true;
        drop(state);
        let interrupt = self.clone();
        std::thread::spawn(move || interrupt.end_when_free());
    }

    /// Ends the program once everything is put away: what else still runs then, a download of another stage, is not
    /// waited for. Whoever shows the failure first ends it sooner.
    fn end_when_free(&self) {
        let mut free = 0;
        while free < 20 {
            std::thread::sleep(Duration::from_millis(100));
            free = if self.state().held == 0 { free + 1 } else { 0 };
        }
        end();
    }

    /// Says that there is something to put away from here on, until the hold is dropped.
    #[must_use]
    pub fn hold(&self) -> Hold {
        self.state().held += 1;
        Hold(self.clone())
    }

    /// As if Ctrl-C had been pressed while something is held.
    pub fn set(&self) {
        self.state().set = true;
    }

    /// Whether it was.
    pub fn is_set(&self) -> bool {
        self.state().set
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nothing panics while it is held")
    }
}

fn end() -> ! {
    // A closed standard error has no reader to tell.
    let _ = writeln!(io::stderr(), "wbuild: stopped by the user");
    std::process::exit(Exit::Interrupted as i32);
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.state().held -= 1;
    }
}
