//! `wlint completions` and `wlint man`: what a shell and `man` need to know of our command line.

use clap::CommandFactory;
use program::manual;

use crate::args::{Cli, Completions};
use crate::error::Error;
use crate::output;

/// Prints the completions for one shell.
///
/// # Errors
/// When they cannot be written.
pub fn run(args: &Completions) -> Result<(), Error> {
    output::print(&manual::completions(Cli::command(), args.shell))
}

/// Prints one manual page: the command, then each of its commands.
///
/// # Errors
/// When it cannot be written.
pub fn man() -> Result<(), Error> {
    output::print(&manual::page(Cli::command()))
}
