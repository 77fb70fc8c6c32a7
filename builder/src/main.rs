//! The command `wbuild`: plans, tags and builds Windows container images.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use wbuild::args::Cli;
use wbuild::{command, trace};

fn main() -> ExitCode {
    let cli = Cli::parse();
    trace::begin(cli.verbose);
    match command::run(&cli) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            // A closed standard error has no reader to tell.
            let _ = write!(io::stderr(), "{}", failure.shown(io::stderr().is_terminal()));
            failure.exit.into()
        }
    }
}
