//! Stand-in.
use super::*;
/// Reads.
pub fn parse(text: Spliced, _depth: u32) -> Script {
    Script { dialect: Dialect::Posix, text, statements: Vec::new(), comments: Vec::new(), faults: Vec::new() }
}
