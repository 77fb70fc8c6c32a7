//! `wlint check`: what to lint, which rules, what fails, and where the reports go.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use rules::Date;

use super::reports::Reports;
use super::values::{Builder, FailOn};

/// `wlint check`.
#[derive(Args)]
#[command(after_help = "Exit code: 0 nothing at or over --fail-on, 1 findings, 2 something could not be done.\n\
                        Options with a name in [env: ...] are also read from there; the command line counts more.")]
pub struct Check {
    /// Files, folders (searched for Dockerfiles; .gitignore is respected), or - for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub reports: Reports,
    #[command(flatten)]
    pub fixing: Fixing,
    #[command(flatten)]
    pub choice: Choice,
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

/// What is mended.
#[derive(Args)]
pub struct Fixing {
    /// Apply the safe fixes
    #[arg(long)]
    pub fix: bool,
    /// With --fix or --diff: also apply the fixes that want a look
    #[arg(long)]
    pub unsafe_fixes: bool,
    /// Print what --fix would change, and change nothing
    #[arg(long, conflicts_with = "output")]
    pub diff: bool,
}

/// Which rules run, and what they are told.
#[derive(Args, Default)]
pub struct Choice {
    /// Only these rules or groups
    #[arg(long, value_delimiter = ',', value_name = "RULE|GROUP", env = "WLINT_SELECT", hide_env_values = true)]
    pub select: Vec<String>,
    /// Not these rules or groups
    #[arg(long, value_delimiter = ',', value_name = "RULE|GROUP", env = "WLINT_IGNORE", hide_env_values = true)]
    pub ignore: Vec<String>,
    /// The mildest severity that gives exit code 1 [default: warning]
    #[arg(long, value_enum, value_name = "SEVERITY", env = "WLINT_FAIL_ON", hide_env_values = true)]
    pub fail_on: Option<FailOn>,
    /// The builder that the files are written for [default: any]
    #[arg(long, value_enum, value_name = "BUILDER", env = "WLINT_BUILDER", hide_env_values = true)]
    pub builder: Option<Builder>,
    /// The root of the build context, for its .dockerignore [default: the folder of each Dockerfile]
    #[arg(long, value_name = "DIR", env = "WLINT_CONTEXT", hide_env_values = true)]
    pub context: Option<PathBuf>,
    /// The day (YYYY-MM-DD) to take for today where support of an image or a suppression ends [default: that of
    /// the tables for images, the real one for suppressions]
    #[arg(long, value_parser = date, value_name = "DATE", env = "WLINT_AS_OF", hide_env_values = true)]
    pub as_of: Option<Date>,
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "write a day such as 2026-11-01".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_exist_are_dates() {
        assert_eq!(date("2028-02-29"), Ok(Date { year: 2028, month: 2, day: 29 }));
        for wrong in ["2026-02-29", "2026-13-01", "2026-1-1", "2026-04-31", "tomorrow", "2026-11-01-1", "+026-11-01"] {
            assert!(date(wrong).is_err(), "{wrong}");
        }
    }
}
