//! What holds for a file: the command line over its configuration.

use dockerfile::diagnostic::Severity;
use rules::Settings;

/// What holds for one file.
#[derive(Debug)]
pub struct Effective {
    /// What the rules are told.
    pub rules: Settings,
    /// From which severity on findings fail.
    pub fail_on: Option<Severity>,
}
