//! What a shell and `man` need to know of a command line.

use std::io;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

/// The completions for one shell.
pub fn completions(mut command: Command, shell: Shell) -> Vec<u8> {
    // The generator panics when its reader goes away, so it writes to memory.
    let mut script = Vec::new();
    let name = command.get_name().to_owned();
    clap_complete::generate(shell, &mut command, name, &mut script);
    script
}

/// One manual page: the command, then each of its commands.
pub fn page(mut command: Command) -> Vec<u8> {
    command.build();
    let mut page = Vec::new();
    write(&command, &mut page).expect("memory can be written");
    page
}

fn write(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    Man::new(command.clone()).render(page)?;
    for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
        page.extend(format!(".SH \"{} {}\"\n", command.get_name(), sub.get_name()).bytes());
        let man = Man::new(sub.clone());
        man.render_description_section(page)?;
        man.render_options_section(page)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Arg;

    use super::*;

    fn command() -> Command {
        let build = Command::new("build").about("Build it").arg(Arg::new("context").long("build-context"));
        Command::new("tool").subcommand(build).subcommand(Command::new("tags"))
    }

    #[test]
    fn the_page_has_every_command_with_its_options() {
        let page = String::from_utf8(page(command())).unwrap();
        for part in [".SH \"tool build\"\n", ".SH \"tool tags\"\n", "build\\-context", "Build it"] {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("tool help"), "{page}");
    }

    #[test]
    fn every_shell_is_told_the_commands() {
        for shell in [Shell::Bash, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
            let script = String::from_utf8(completions(command(), shell)).unwrap();
            assert!(script.contains("build-context"), "{shell}: {script}");
        }
    }
}
