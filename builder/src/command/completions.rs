//! `wbuild completions` and `wbuild man`: what a shell and `man` need to know of our command line.

use std::io;

use clap::CommandFactory;
use clap_mangen::Man;

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

/// Prints one manual page: the command, then each of its commands.
///
/// # Errors
/// When standard output cannot be written.
pub fn man() -> Result<Exit, Failure> {
    let mut page = Vec::new();
    manual(&mut page).expect("memory can be written");
    print(&String::from_utf8_lossy(&page))
}

fn manual(page: &mut Vec<u8>) -> io::Result<()> {
    let mut command = Cli::command();
    command.build();
    Man::new(command.clone()).render(page)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        page.extend(format!(".SH \"wbuild {}\"\n", sub.get_name()).bytes());
        let man = Man::new(sub.clone());
        man.render_description_section(page)?;
        man.render_options_section(page)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_page_has_every_command() {
        let mut page = Vec::new();
        manual(&mut page).unwrap();
        let page = String::from_utf8(page).unwrap();
        for command in Cli::command().get_subcommands() {
            assert!(page.contains(&format!(".SH \"wbuild {}\"\n", command.get_name())), "{}", command.get_name());
        }
        assert!(page.contains("build\\-context"), "with its options");
    }
}
