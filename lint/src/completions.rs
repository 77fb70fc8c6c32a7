//! `wlint completions`: what a shell needs to complete our command line.

use clap::CommandFactory;

use crate::args::{Cli, Completions};
use crate::error::Error;
use crate::output;

/// Prints the completions for one shell.
///
/// # Errors
/// When they cannot be written.
pub fn run(args: &Completions) -> Result<(), Error> {
    // The generator panics when its reader goes away, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "wlint", &mut script);
    output::print(&script)
}
