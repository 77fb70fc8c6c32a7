//! `wbuild completions`.

use clap::CommandFactory;

use crate::args::{Cli, Completions};
use crate::command::print;
use crate::failure::{Exit, Failure};

/// Prints the completions for a shell.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &Completions) -> Result<Exit, Failure> {
    // The generator panics on a closed pipe, so it writes into memory.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "wbuild", &mut script);
    print(&String::from_utf8_lossy(&script))
}
