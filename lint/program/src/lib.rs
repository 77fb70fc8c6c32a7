//! What both commands do alike as programs: completions and manual pages, and files that take their place in one step.

pub mod manual;
pub mod replace;

pub use clap_complete::Shell;
