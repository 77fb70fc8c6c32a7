//! `wbuild build`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ProgressMode, SourceArgs};
use crate::layer::Compression;

/// `wbuild build`.
#[derive(Args)]
pub struct Build {
    #[allow(missing_docs, reason = "clap would show it as help")]
    #[command(flatten)]
    pub source: SourceArgs,
    /// Give a RUN a secret: id=NAME,env=VARIABLE or id=NAME,src=FILE
    #[arg(long, value_name = "id=NAME,env=VAR|src=FILE")]
    pub secret: Vec<String>,
    /// What runs the steps that need a kernel [default: offline if no step does, else docker]
    #[arg(long, value_enum, value_name = "ENGINE")]
    pub engine: Option<Engine>,
    #[allow(missing_docs, reason = "clap would show it as help")]
    #[command(flatten)]
    pub steps: super::EngineArgs,
    /// The versions of Windows to build for, one image each and an index over them: ltsc2022,ltsc2025
    #[arg(long, value_delimiter = ',', value_name = "VERSION")]
    pub os_version: Vec<String>,
    /// A name for the image
    #[arg(long, short, value_name = "REF")]
    pub tag: Vec<String>,
    /// Add the tags that this commit gets (see wbuild tags)
    #[arg(long, value_name = "auto")]
    pub tags: Option<TagsFrom>,
    /// Push the image under its names
    #[arg(long)]
    pub push: bool,
    /// Where the image goes: oci:DIR, oci-archive:FILE, docker-archive:FILE or engine
    #[arg(long, short, value_name = "DEST")]
    pub output: Vec<String>,
    /// Take finished steps from a registry
    #[arg(long, value_name = "REF")]
    pub cache_from: Vec<String>,
    /// Put finished steps into a registry
    #[arg(long, value_name = "REF")]
    pub cache_to: Vec<String>,
    /// How layers are compressed: gzip or zstd, with a level
    #[arg(long, default_value = "gzip", value_name = "gzip|zstd[:LEVEL]")]
    pub compression: Compression,
    /// How many threads to use [default: one for each processor]
    #[arg(long, value_name = "N")]
    pub jobs: Option<NonZeroUsize>,
    /// How to show progress
    #[arg(long, value_enum, default_value_t, value_name = "MODE")]
    pub progress: ProgressMode,
    /// Where blobs and finished steps are kept [default: the user's cache folder]
    #[arg(long, env = "WBUILD_STORE", hide_env_values = true, value_name = "DIR")]
    pub store: Option<PathBuf>,
    /// Write what was built as JSON: digests, tags, platform
    #[arg(long, value_name = "FILE")]
    pub metadata_file: Option<PathBuf>,
}

/// What runs the steps that need a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// Nothing: a step that needs a kernel is refused
    Offline,
    /// A Docker Engine
    Docker,
    /// docker buildx build, with the planned Dockerfile
    #[value(name = "buildkit")]
    BuildKit,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OnOff {
    /// Yes
    On,
    /// No
    Off,
}

/// Where tags come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TagsFrom {
    /// From git
    Auto,
}

/// Whether findings of the linter stop a build.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Lint {
    /// Errors stop it
    #[default]
    Error,
    /// Nothing stops it
    Off,
}
