//! Stand-in until the PowerShell reader is merged: keeps the text and reads no statement.

use super::{Dialect, Script};
use crate::splice::Spliced;

/// Keeps the text of a PowerShell script.
pub fn parse(text: Spliced, dialect: Dialect, _depth: u32) -> Script {
    Script { dialect, text, statements: Vec::new(), comments: Vec::new(), faults: Vec::new() }
}
