//! `wbuild tags`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `wbuild tags`.
#[derive(Args)]
pub struct Tags {
    /// A folder in the git repository
    #[arg(default_value = ".")]
    pub folder: PathBuf,
    /// How to show them
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: TagsFormat,
    /// Only commits that touch these paths count for the next version
    #[arg(long, value_name = "PATH")]
    pub path: Vec<PathBuf>,
}

/// How `wbuild tags` shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TagsFormat {
    /// One tag a line
    #[default]
    Text,
    /// One JSON object
    Json,
    /// Outputs of a GitHub step
    #[value(name = "github")]
    GitHub,
}
