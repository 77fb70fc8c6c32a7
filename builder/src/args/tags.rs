//! `wbuild tags`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::tag::bump::ZeroMajor;

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
    /// Versions of Windows: each tag is also given with each of them behind it (ltsc2022,ltsc2025)
    #[arg(long, value_delimiter = ',', value_name = "VERSION")]
    pub os_version: Vec<String>,
    /// Give release tags although files differ from the commit
    #[arg(long)]
    pub allow_dirty: bool,
    /// Leave floating tags (1.2, 1, latest) out
    #[arg(long)]
    pub no_floats: bool,
    /// What commits do to a version before 1.0.0
    #[arg(long, value_enum, default_value_t, value_name = "RULE")]
    pub zero_major: ZeroMajor,
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
