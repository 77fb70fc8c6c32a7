//! Whether this host can build and run Windows containers, and what a failed build means.
//!
//! A [`check::Check`] asks a [`host::Host`] with the system's own commands and reads the answers with [`parse`].
//! Labels of those commands are translated on other systems, so only numbers, constants and key names are read.

pub mod check;
pub mod host;
pub mod parse;
pub mod report;
pub mod script;
pub mod why;
