//! `wlint check`: what to lint, which rules, what fails, and where the reports go.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{ArgGroup, Args, ValueEnum};
use dockerfile::facts::build::Build;
use dockerfile::facts::host::{self, Host};
use rules::{Date, nearest};

use super::reports::Reports;
use super::values::{Builder, FailOn};

/// `wlint check`.
#[derive(Args)]
#[command(after_help = "Exit code: 0 nothing at or over --fail-on, 1 findings, 2 something could not be done.\n\
                        Options with a name in [env: ...] are also read from there; the command line counts more.")]
pub struct Check {
    /// Files, folders (searched for Dockerfiles; .gitignore is respected), patterns (* ? ** [a] {a,b}), or - for standard
    /// input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub reports: Reports,
    #[command(flatten)]
    pub fixing: Fixing,
    #[command(flatten)]
    pub choice: Choice,
    #[command(flatten)]
    pub gate: Gate,
    #[command(flatten)]
    pub configuration: Configuration,
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
#[command(group(ArgGroup::new("mending").args(["fix", "diff"]).multiple(true)))]
pub struct Fixing {
    /// Apply the safe fixes
    #[arg(long)]
    pub fix: bool,
    /// With --fix or --diff: also apply the fixes that want a look
    #[arg(long, requires = "mending")]
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
    #[command(flatten)]
    pub hosts: Hosts,
}

/// The hosts on which every stage must build and run.
#[derive(Args, Default)]
pub struct Hosts {
    /// A host that must build and run every stage: a tag (ltsc2022), a build number or a runner image (windows-2022)
    #[arg(long, value_delimiter = ',', value_parser = host, value_name = "HOST", env = "WLINT_HOST", hide_env_values = true)]
    pub host: Vec<&'static Build>,
    /// How the hosts isolate containers [default: process on servers, hyperv on clients]
    #[arg(
        long,
        value_delimiter = ',',
        value_enum,
        value_name = "ISOLATION",
        env = "WLINT_ISOLATION",
        hide_env_values = true
    )]
    pub isolation: Vec<Isolation>,
}

impl Hosts {
    /// Every host with every isolation.
    pub fn all(&self) -> Vec<Host> {
        let isolations = |build: &'static Build| match self.isolation.as_slice() {
            [] => vec![host::usual_isolation(build)],
            named => named.iter().map(|&isolation| isolation.into()).collect(),
        };
        let of =
            |&build: &&'static Build| isolations(build).into_iter().map(move |isolation| Host { build, isolation });
        self.host.iter().flat_map(of).collect()
    }
}

/// How a host keeps containers apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Isolation {
    /// On the host's own kernel
    Process,
    /// In a small virtual machine each
    #[value(name = "hyperv")]
    HyperV,
}

impl From<Isolation> for host::Isolation {
    fn from(isolation: Isolation) -> Self {
        match isolation {
            Isolation::Process => host::Isolation::Process,
            Isolation::HyperV => host::Isolation::HyperV,
        }
    }
}

/// What the findings are held against.
#[derive(Args)]
pub struct Gate {
    /// Only what this baseline does not know fails and is reported
    #[arg(long, value_name = "FILE", env = "WLINT_BASELINE", hide_env_values = true)]
    pub baseline: Option<PathBuf>,
    /// Write all findings into a baseline and report none
    #[arg(long, value_name = "FILE", conflicts_with_all = ["fix", "diff", "since"])]
    pub write_baseline: Option<PathBuf>,
    /// Only findings on lines that changed since the work left this git revision
    #[arg(long, value_name = "REV", env = "WLINT_SINCE", hide_env_values = true, conflicts_with_all = ["fix", "diff"])]
    pub since: Option<String>,
}

/// What is configured.
#[derive(Args, Default)]
pub struct Configuration {
    #[command(flatten)]
    pub file: ConfigFile,
    /// Print what holds for each file, as a configuration, and lint nothing
    #[arg(long, conflicts_with_all = ["fix", "diff"])]
    pub show_settings: bool,
}

/// Where the configuration is.
#[derive(Args, Default)]
pub struct ConfigFile {
    /// Take this configuration for all files [default: the nearest wlint.toml upward from each file]
    #[arg(long, value_name = "FILE", env = "WLINT_CONFIG", hide_env_values = true)]
    pub config: Option<PathBuf>,
    /// Take no configuration
    #[arg(long, env = "WLINT_NO_CONFIG", hide_env_values = true, value_parser = FalseyValueParser::new())]
    pub no_config: bool,
}

fn host(text: &str) -> Result<&'static Build, String> {
    host::named(text).ok_or_else(|| match nearest(text, host::names()) {
        Some(near) => format!("did you mean {near}?"),
        None => "write a tag (ltsc2022), a build number (20348) or a runner image (windows-2022)".to_owned(),
    })
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
