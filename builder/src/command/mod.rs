//! What the command line asks for: one file for each command, thin over the modules that do the work.

mod completions;
pub mod input;
pub mod plan;

use crate::args::{Cli, Command};
use crate::failure::{Exit, Failure};

/// Does what the command line says.
///
/// # Errors
/// What kept it from being done, with the exit code.
pub fn run(cli: &Cli) -> Result<Exit, Failure> {
    match &cli.command {
        Command::Completions(args) => completions::run(args),
        Command::Plan(args) => plan::run(args, cli.color),
        _ => Err(Failure::new(Exit::Usage, "this command is not there yet")),
    }
}
