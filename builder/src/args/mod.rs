//! The command line: one file for each command.

mod build;
mod engine;
mod image;
mod plan;
mod tags;

pub use clap::ColorChoice as Color;

pub use build::{Build, Engine, Lint, OnOff, TagsFrom};
pub use engine::{EngineArgs, IsolationArg};
pub use image::{Inspect, Promote, Push, Rebase, Verify};
pub use plan::{Plan, PlanFormat, SourceArgs, Split};
pub use tags::{Tags, TagsFormat};

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use program::Shell;

/// Builds Windows container images: without Windows wherever Windows is not needed
#[derive(Parser)]
#[command(name = "wbuild", version, about, max_term_width = 110)]
#[command(after_help = "Exit code: 0 ok, 1 the Dockerfile, 2 usage, 3 a step failed, 4 a tag would be overwritten, \
                        5 registry or network, 6 engine fault that retries did not cure, 7 invalid layer, 130 stopped by Ctrl-C.")]
pub struct Cli {
    #[allow(missing_docs, reason = "clap would show it as help")]
    #[command(subcommand)]
    pub command: Command,
    /// Whether to use colours [NO_COLOR is respected]
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
    /// Say what is done: -v the main things, -vv all (secrets are never shown)
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Speak plain http with this registry; with this machine it always is
    #[arg(
        long,
        global = true,
        value_name = "HOST[:PORT]",
        env = "WBUILD_INSECURE_REGISTRY",
        hide_env_values = true,
        value_delimiter = ','
    )]
    pub insecure_registry: Vec<String>,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Show the steps: what each does, where it can run, and why a RUN is cut where it is
    Plan(Plan),
    /// Build an image
    Build(Box<Build>),
    /// Show the tags that this commit gets
    Tags(Tags),
    /// Copy an image to a registry; a release tag is never overwritten
    Push(Push),
    /// Move a floating tag to an image, or back
    Promote(Promote),
    /// Put an image's own layers on another base
    Rebase(Rebase),
    /// Show layers, sizes, platform, and what each step added
    Inspect(Inspect),
    /// Check that an image is one that Windows will take
    Verify(Verify),
    /// Check whether this host can build and run Windows containers
    Doctor(Doctor),
    /// Explain the log of a failed build
    Why(Why),
    /// Print the completions for a shell
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// `wbuild doctor`.
#[derive(Args)]
pub struct Doctor {
    /// How to show it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ReportFormat,
    /// Print the PowerShell script that mends what is wrong
    #[arg(long, conflicts_with_all = ["format", "file"])]
    pub script: bool,
    /// Also hold the bases of this Dockerfile against the host
    #[arg(long, short, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// `wbuild why`.
#[derive(Args)]
pub struct Why {
    /// The log of the build, or - for standard input
    #[arg(default_value = "-")]
    pub log: PathBuf,
    /// The Dockerfile that was built, to name lines and rules
    #[arg(long, short)]
    pub file: Option<PathBuf>,
    /// How to show it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ReportFormat,
}

/// `wbuild completions`.
#[derive(Args)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}

/// How a command shows its result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object
    Json,
}

/// How the progress of a command is shown, on standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ProgressMode {
    /// Bars on a terminal, lines elsewhere
    #[default]
    Auto,
    /// Lines
    Plain,
    /// One JSON object a line
    Json,
    /// Errors only
    Quiet,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }
}
