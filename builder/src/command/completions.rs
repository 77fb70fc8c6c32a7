//! `wbuild completions`.

use std::io::{self, Write};

use clap::CommandFactory;

use crate::args::{Cli, Completions};
use crate::failure::{Exit, Failure};

/// Prints the completions for a shell.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &Completions) -> Result<Exit, Failure> {
    // The generator panics on a closed pipe, so it writes into memory.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "wbuild", &mut script);
    match io::stdout().write_all(&script) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(Exit::Usage, error)),
        _ => Ok(Exit::Ok),
    }
}
