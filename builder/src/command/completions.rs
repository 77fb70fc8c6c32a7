//! `wbuild completions` and `wbuild man`: what a shell and `man` need to know of our command line.

use clap::CommandFactory;
use program::manual;

use crate::args::{Cli, Completions};
use crate::command::print;
use crate::failure::{Exit, Failure};

/// Prints the completions for a shell.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &Completions) -> Result<Exit, Failure> {
    print(&String::from_utf8_lossy(&manual::completions(Cli::command(), args.shell)))
}

/// Prints one manual page: the command, then each of its commands.
///
/// # Errors
/// When standard output cannot be written.
pub fn man() -> Result<Exit, Failure> {
    print(&String::from_utf8_lossy(&manual::page(Cli::command())))
}
