//! `wbuild plan`, and what it shares with `wbuild build`: the Dockerfile and how it is read.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `wbuild plan`.
#[derive(Args)]
pub struct Plan {
    #[allow(missing_docs, reason = "clap would show it as help")]
    #[command(flatten)]
    pub source: SourceArgs,
    /// How to show the plan
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: PlanFormat,
}

/// Which Dockerfile is read, and how.
#[derive(Args)]
pub struct SourceArgs {
    /// The folder whose files the build may read
    #[arg(default_value = ".")]
    pub context: PathBuf,
    /// The Dockerfile, or - for standard input [default: Dockerfile in the context]
    #[arg(long, short, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Set an ARG; without a value it is taken from the environment
    #[arg(long, value_name = "NAME[=VALUE]")]
    pub build_arg: Vec<String>,
    /// The stage to build [default: the last]
    #[arg(long, value_name = "STAGE")]
    pub target: Option<String>,
    /// Replace an image, or add a named context: oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE, docker://REF or a folder
    #[arg(long, value_name = "NAME=SOURCE")]
    pub build_context: Vec<String>,
    /// Where a RUN may be cut into steps of their own
    #[arg(long, value_enum, default_value_t, value_name = "WHERE")]
    pub split: Split,
    /// Whether RUNs that only handle files are done without a container
    #[arg(long, value_enum, default_value_t = super::OnOff::On, value_name = "WHEN")]
    pub lower: super::OnOff,
    /// Whether errors that wlint finds stop the command before anything is pulled
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    pub lint: super::Lint,
}

/// How `wbuild plan` shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object
    Json,
    /// A Dockerfile with one RUN a unit, which any builder takes
    Dockerfile,
    /// A Mermaid flow chart
    Mermaid,
}

/// Where a `RUN` may be cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Split {
    /// Nowhere
    Off,
    /// Around installs
    #[default]
    Installs,
    /// Wherever nothing is alive across the cut
    Max,
}
