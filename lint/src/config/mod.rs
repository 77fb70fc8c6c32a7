//! What holds for a file: the command line over its configuration.

use std::path::PathBuf;

use dockerfile::diagnostic::Severity;
use rules::Settings;

/// What holds for one file.
#[derive(Debug)]
pub struct Effective {
    /// What the rules are told.
    pub rules: Settings,
    /// The root of the build context; the folder of each Dockerfile when it is not said.
    pub context: Option<PathBuf>,
    /// From which severity on findings fail.
    pub fail_on: Option<Severity>,
}
