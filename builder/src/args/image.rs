//! The commands that take finished images. A source is `oci:DIR[:TAG]`, `oci-archive:FILE`, `docker-archive:FILE` or
//! `docker://HOST/NAME[:TAG|@DIGEST]`.

use std::time::Duration;

use clap::Args;

use super::{ProgressMode, ReportFormat};
use crate::image::Digest;

/// `wbuild push`.
#[derive(Args)]
pub struct Push {
    /// The image: oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE or docker://REF
    pub source: String,
    /// The names to push it under: HOST/NAME:TAG
    #[arg(required = true, value_name = "REF")]
    pub references: Vec<String>,
    /// How to show the result
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ReportFormat,
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
    /// The image's digest, instead of the tag or digest in the name
    #[arg(long, value_name = "DIGEST")]
    pub to_digest: Option<Digest>,
    /// Then wait until this address answers well, or this command succeeds; if not, move the tags back
    #[arg(long, value_name = "URL|COMMAND")]
    pub check: Option<String>,
    /// How long to wait for the check: 90, 90s, 5m
    #[arg(long, requires = "check", default_value = "60s", value_parser = seconds, value_name = "TIME")]
    pub timeout: Duration,
    /// How to show the result
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ReportFormat,
}

/// The longest wait in seconds, a week: a clock cannot count as far as a number may go.
const LONGEST: u64 = 7 * 24 * 3600;

/// Seconds, or a number with its unit.
fn seconds(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.strip_suffix('m') {
        Some(number) => (number, 60),
        None => (text.strip_suffix('s').unwrap_or(text), 1),
    };
    let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    let seconds = seconds.filter(|seconds| *seconds <= LONGEST);
    seconds.map(Duration::from_secs).ok_or_else(|| "write seconds or minutes, up to a week: 90, 90s, 5m".to_owned())
}

/// `wbuild rebase`.
#[derive(Args)]
pub struct Rebase {
    /// The image: oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE or docker://REF
    pub source: String,
    /// The new base
    #[arg(long, value_name = "BASE")]
    pub onto: String,
    /// Which image of an index, by its version of Windows: ltsc2022, 20348 or 10.0.20348.2700 [default: the newest].
    /// Where the new base is an index, too, that version of it is taken
    #[arg(long, value_name = "VERSION")]
    pub os_version: Option<String>,
    /// Every Windows image of an index, each on the new base for its own build of Windows: all of them or none
    #[arg(long, conflicts_with = "os_version")]
    pub all: bool,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit_or_are_seconds() {
        for (text, expected) in [
            ("90", Some(90)),
            ("90s", Some(90)),
            ("5m", Some(300)),
            ("5h", None),
            ("", None),
            ("-1", None),
            ("18446744073709551615", None),
        ] {
            assert_eq!(seconds(text).ok(), expected.map(Duration::from_secs), "{text}");
        }
    }
}
