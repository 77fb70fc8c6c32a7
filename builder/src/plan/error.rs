//! Why a Dockerfile cannot be planned: what the builder, too, would stop at.

use std::fmt;

use dockerfile::source::{Source, Span};

/// A mistake that ends the build before it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanError {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// Where in the file; none for a mistake in the command line or in a base image's trigger.
    pub span: Option<Span>,
    /// What to do; may be empty.
    pub help: String,
}

impl PlanError {
    /// A mistake at a place of the file.
    pub(super) fn at(span: Span, message: impl Into<String>) -> Self {
        PlanError { message: message.into(), span: Some(span), help: String::new() }
    }

    /// A mistake that is not in the file.
    pub(super) fn nowhere(message: impl Into<String>) -> Self {
        PlanError { message: message.into(), span: None, help: String::new() }
    }

    /// The same with a way out.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The message behind the name of the file, with line and column.
    pub fn located(&self, path: &str, source: &Source) -> String {
        match self.span {
            Some(span) => {
                let at = source.position(span.start);
                format!("{path}:{}:{}: {}", at.line, at.column, self.message)
            }
            None => self.message.clone(),
        }
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for PlanError {}
