//! The command `wbuild`: plans, tags and builds Windows container images.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use dockerfile::render::Style;
use wbuild::args::Cli;
use wbuild::command::{self, input};
use wbuild::trace;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let style = input::style(cli.color, &io::stderr());
    trace::begin(cli.verbose, style);
    match command::run(&cli) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            let text = match style {
                Style::Colour => failure.coloured(),
                Style::Plain => failure.shown(io::stderr().is_terminal()),
            };
            // A closed standard error has no reader to tell.
            let _ = io::stderr().write_all(text.as_bytes());
            failure.exit.into()
        }
    }
}
