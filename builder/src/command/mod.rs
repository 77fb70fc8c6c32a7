//! What the command line asks for: one file for each command, thin over the modules that do the work.

mod build;
mod completions;
mod doctor;
mod engine;
mod gate;
pub mod input;
mod inspect;
mod output;
mod place;
pub mod plan;
pub mod progress;
mod promote;
mod push;
mod rebase;
pub mod store;
mod tags;
mod unused;
mod verify;
mod why;

use std::io::{self, Write};
use std::sync::Arc;

use crate::args::{Cli, Command};
use crate::failure::{Exit, Failure};
use crate::registry::{Client, Settings};

/// Does what the command line says.
///
/// # Errors
/// What kept it from being done, with the exit code.
pub fn run(cli: &Cli) -> Result<Exit, Failure> {
    match &cli.command {
        Command::Completions(args) => completions::run(args),
        Command::Man => completions::man(),
        Command::Doctor(args) => doctor::run(args),
        Command::Why(args) => why::run(args),
        Command::Inspect(args) => inspect::run(args, cli),
        Command::Verify(args) => verify::run(args, cli),
        Command::Rebase(args) => rebase::run(args, cli),
        Command::Build(args) => build::run(args, cli),
        Command::Plan(args) => plan::run(args, cli.color),
        Command::Tags(args) => tags::run(args),
        Command::Push(args) => push::run(args, cli),
        Command::Promote(args) => promote::run(args, cli),
    }
}

/// The client for registries that the command line asks for.
pub fn client(cli: &Cli) -> Arc<Client> {
    Arc::new(Client::new(Settings::of_account(&cli.insecure_registry)))
}

/// Writes a command's result to standard output. A reader that has gone away has seen enough.
fn print(text: &str) -> Result<Exit, Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(Exit::Usage, format!("standard output cannot be written: {error}")))
        }
        _ => Ok(Exit::Ok),
    }
}
