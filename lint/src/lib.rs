//! The command `wlint`: finds and mends mistakes in Dockerfiles of Windows containers. The crate is a library for
//! the tests of this workspace.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

mod args;
mod check;
mod completions;
mod config;
mod diff;
mod error;
mod explain;
mod files;
mod fingerprint;
mod fix;
mod gate;
mod ignore_list;
mod init;
mod output;
mod panics;
mod pattern;
mod pending;
mod progress;
mod read;
mod report;
mod rules_command;
mod show;
mod today;
mod writer;

use args::{Cli, Command};
pub use config::{keys, policy};
use error::Error;

/// What the command does, with the arguments of this process.
pub fn main() -> ExitCode {
    let cli = Cli::try_parse().unwrap_or_else(|error| args::environment::blamed(error).exit());
    match run(&cli) {
        Ok(code) => code,
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            print_error(&error);
            ExitCode::from(2)
        }
    }
}

fn run(cli: &Cli) -> Result<ExitCode, Error> {
    match &cli.command {
        Command::Check(args) => return check::run(args, cli.color),
        Command::Explain(args) => explain::run(args, cli.color)?,
        Command::Rules(args) => rules_command::run(args)?,
        Command::Show(args) => show::run(args)?,
        Command::Init(args) => init::run(args)?,
        Command::Schema => init::schema()?,
        Command::Completions(args) => completions::run(args)?,
        Command::Man => completions::man()?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Errors with the world go to standard error, a line each, those of a configuration with its lines; a closed one has no reader to tell.
fn print_error(error: &Error) {
    let mut line = String::from("wlint: ");
    match error {
        // This one is many lines, and safe to show.
        Error::Configuration { shown } => line = shown.clone(),
        error => dockerfile::render::push_safe(&mut line, &args::environment::named(&error.to_string())),
    }
    let _ = writeln!(io::stderr(), "{}", line.trim_end_matches('\n'));
}
