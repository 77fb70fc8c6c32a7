//! The commands that take finished images. A source is `oci:DIR[:TAG]`, `oci-archive:FILE`, `docker-archive:FILE` or
//! `docker://HOST/NAME[:TAG|@DIGEST]`.

use clap::Args;

use super::{ProgressMode, ReportFormat};

/// `wbuild push`.
#[derive(Args)]
pub struct Push {
    /// The image: oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE or docker://REF
    pub source: String,
    /// The names to push it under: HOST/NAME:TAG
    #[arg(required = true, value_name = "REF")]
    pub references: Vec<String>,
    /// How to show progress
    #[arg(long, value_enum, default_value_t, value_name = "MODE")]
    pub progress: ProgressMode,
}

/// `wbuild promote`.
#[derive(Args)]
pub struct Promote {
    /// The image: docker://HOST/NAME:TAG or docker://HOST/NAME@DIGEST
    pub reference: String,
    /// The floating tags to move to it
    #[arg(required = true, value_name = "TAG")]
    pub tags: Vec<String>,
}

/// `wbuild rebase`.
#[derive(Args)]
pub struct Rebase {
    /// The image: oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE or docker://REF
    pub source: String,
    /// The new base
    #[arg(long, value_name = "BASE")]
    pub onto: String,
    /// The base it was built on [default: by its annotations, or by the longest chain of layers that both have]
    #[arg(long, value_name = "BASE")]
    pub from: Option<String>,
    /// Where the image goes: oci:DIR[:TAG], oci-archive:FILE or docker-archive:FILE
    #[arg(long, short, value_name = "DEST")]
    pub output: String,
}

/// `wbuild inspect`.
#[derive(Args)]
pub struct Inspect {
    /// The image: oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE or docker://REF
    pub source: String,
    /// How to show it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ReportFormat,
    /// Also list the files of each layer
    #[arg(long)]
    pub files: bool,
}

/// `wbuild verify`.
#[derive(Args)]
pub struct Verify {
    /// The image: oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE or docker://REF
    pub source: String,
    /// How to show it
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ReportFormat,
}
