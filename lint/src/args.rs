//! The command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use dockerfile::diagnostic::Severity;
use dockerfile::document;
use rules::Date;

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
    Check(Check),
    /// Show the page of a rule: why, bad, good, sources
    Explain(Explain),
    /// List all rules
    Rules(RulesArgs),
    /// Show what the builder sees: every instruction with its effective shell, user, folder and variables
    Show(Show),
    /// Print the completions for a shell
    Completions(Completions),
}

/// `wlint check`.
#[derive(Args)]
#[command(after_help = "Exit code: 0 nothing at or over --fail-on, 1 findings, 2 something could not be done.")]
pub struct Check {
    /// Files, folders (searched for Dockerfiles; .gitignore is respected), or - for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// How to report
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
    /// Write the report to a file
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Apply the safe fixes
    #[arg(long)]
    pub fix: bool,
    /// With --fix or --diff: also apply the fixes that want a look
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Print what --fix would change, and change nothing
    #[arg(long, conflicts_with = "output")]
    pub diff: bool,
    /// Only these rules or groups
    #[arg(long, value_delimiter = ',', value_name = "RULE|GROUP")]
    pub select: Vec<String>,
    /// Not these rules or groups
    #[arg(long, value_delimiter = ',', value_name = "RULE|GROUP")]
    pub ignore: Vec<String>,
    /// The mildest severity that gives exit code 1
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    pub fail_on: FailOn,
    /// The builder that the files are written for
    #[arg(long, value_enum, default_value_t, value_name = "BUILDER")]
    pub builder: Builder,
    /// The day (YYYY-MM-DD) to take for today where support of an image ends [default: that of the tables]
    #[arg(long, value_parser = date, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// The name to report standard input under
    #[arg(long, value_name = "NAME")]
    pub stdin_filename: Option<PathBuf>,
    /// How many files to read at once [default: one for each processor]
    #[arg(long, short, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// Print findings and errors only: no summary, no progress
    #[arg(long, short)]
    pub quiet: bool,
}

/// `wlint explain`.
#[derive(Args)]
pub struct Explain {
    /// The rule's id
    pub rule: String,
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
}

/// `wlint completions`.
#[derive(Args)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}

/// How `wlint check` reports.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Annotated source
    #[default]
    Text,
    /// One line for each finding
    Concise,
    /// One JSON object
    Json,
}

/// How `wlint rules` lists.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// A table
    #[default]
    Text,
    /// One JSON array
    Json,
    /// A Markdown table
    Markdown,
}

/// How `wlint show` shows.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ShowFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object
    Json,
}

/// When to use colours.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal
    #[default]
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

/// From which severity on the command fails.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// The build fails, hangs or gives another image
    Error,
    /// It works today and is fragile or unsafe
    #[default]
    Warning,
    /// It costs time or size
    Info,
    /// Anything
    Style,
    /// Never fail for a finding
    Never,
}

impl FailOn {
    /// The severity, if there is one that fails.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Info => Some(Severity::Info),
            FailOn::Style => Some(Severity::Style),
            FailOn::Never => None,
        }
    }
}

/// The builder that the files are written for.
#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Builder {
    /// The classic builder
    Classic,
    /// BuildKit
    #[value(name = "buildkit")]
    BuildKit,
    /// Either: findings that hold for one of them count
    #[default]
    Any,
}

impl From<Builder> for document::Builder {
    fn from(builder: Builder) -> Self {
        match builder {
            Builder::Classic => document::Builder::Classic,
            Builder::BuildKit => document::Builder::BuildKit,
            Builder::Any => document::Builder::Any,
        }
    }
}

fn date(text: &str) -> Result<Date, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str, len| part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit());
    let date = match parts[..] {
        [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2) => {
            year.parse().ok().zip(month.parse().ok()).zip(day.parse().ok())
        }
        _ => None,
    };
    date.map(|((year, month), day)| Date { year, month, day })
        .filter(|date| (1..=12).contains(&date.month) && (1..=days(date.year, date.month)).contains(&date.day))
        .ok_or_else(|| "write a day such as 2026-11-01".to_owned())
}

const fn days(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn only_days_that_exist_are_dates() {
        assert_eq!(date("2028-02-29"), Ok(Date { year: 2028, month: 2, day: 29 }));
        for wrong in ["2026-02-29", "2026-13-01", "2026-1-1", "2026-04-31", "tomorrow", "2026-11-01-1", "+026-11-01"] {
            assert!(date(wrong).is_err(), "{wrong}");
        }
    }
}
