//! `wlint completions` and `wlint man`: what a shell and `man` need to know of our command line.

use std::io;

use clap::CommandFactory;
use clap_mangen::Man;

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

/// Prints one manual page: the command, then each of its commands.
///
/// # Errors
/// When it cannot be written.
pub fn man() -> Result<(), Error> {
    let mut page = Vec::new();
    manual(&mut page).map_err(Error::Output)?;
    output::print(&page)
}

fn manual(page: &mut Vec<u8>) -> io::Result<()> {
    let mut command = Cli::command();
    command.build();
    Man::new(command.clone()).render(page)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        page.extend(format!(".SH \"wlint {}\"\n", sub.get_name()).bytes());
        let man = Man::new(sub.clone());
        man.render_description_section(page)?;
        man.render_options_section(page)?;
    }
    Ok(())
}
