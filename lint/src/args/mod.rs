//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use program::Shell;

mod check;
pub mod environment;
mod reports;
mod values;

pub use check::{Check, Choice, ConfigFile, Gate, Hosts};
pub use clap::ColorChoice as Color;
pub use reports::Target;
pub use values::{Builder, FailOn, Format, ListFormat, ShowFormat};

/// Lints Dockerfiles of Windows containers: reads them as the builder and the shells of Windows do
#[derive(Parser)]
#[command(name = "wlint", version, about, max_term_width = 110)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// Whether to use colours [NO_COLOR is respected]
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Find mistakes, and mend them with --fix
    Check(Box<Check>),
    /// Show the page of a rule (why, bad, good, sources), or the rules of a group
    Explain(Explain),
    /// List all rules
    Rules(RulesArgs),
    /// Show what the builder sees: every instruction with its effective shell, user, folder and variables
    Show(Show),
    /// Write a configuration with comments into this folder
    Init(Init),
    /// Print the JSON schema of the configuration
    Schema,
    /// Print the completions for a shell
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// `wlint explain`.
#[derive(Args)]
pub struct Explain {
    /// The rule's id, hadolint's or BuildKit's name for it (DL3007, StageNameCasing), or a group
    #[arg(value_name = "RULE|GROUP")]
    pub name: String,
}

/// `wlint rules`.
#[derive(Args)]
pub struct RulesArgs {
    /// How to list them
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ListFormat,
}

/// `wlint show`.
#[derive(Args)]
pub struct Show {
    /// The Dockerfile, or - for standard input
    pub file: PathBuf,
    /// How to show it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ShowFormat,
    /// The builder to read it as
    #[arg(long, value_enum, default_value_t, value_name = "BUILDER")]
    pub builder: Builder,
    #[command(flatten)]
    pub hosts: Hosts,
    #[command(flatten)]
    pub configuration: ConfigFile,
}

/// `wlint init`.
#[derive(Args)]
pub struct Init {
    /// Take over the configuration of hadolint [default: .hadolint.yaml or .hadolint.yml]
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    pub from_hadolint: Option<Option<PathBuf>>,
    /// Replace a configuration that exists
    #[arg(long)]
    pub force: bool,
    /// Print it instead
    #[arg(long)]
    pub stdout: bool,
}

/// `wlint completions`.
#[derive(Args)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
