//! The words that options take.

use clap::ValueEnum;
use dockerfile::diagnostic::Severity;
use dockerfile::document;

/// How `wlint check` reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Annotated source
    #[default]
    Text,
    /// One line for each finding
    Concise,
    /// One JSON object
    Json,
    /// SARIF 2.1.0: code scanning of GitHub and Azure DevOps, editors
    Sarif,
    /// Annotations of GitHub Actions
    #[value(name = "github")]
    GitHub,
    /// Issues of Azure Pipelines
    Azure,
    /// Code quality report of GitLab
    #[value(name = "gitlab")]
    GitLab,
    /// JUnit XML: a test suite for each file
    #[value(name = "junit")]
    JUnit,
    /// Checkstyle XML
    Checkstyle,
    /// Inspections of TeamCity
    #[value(name = "teamcity")]
    TeamCity,
    /// A summary for people, such as the step summary of GitHub Actions
    Markdown,
}

/// How `wlint rules` lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// A table
    #[default]
    Text,
    /// One JSON array
    Json,
    /// A Markdown table
    Markdown,
}

/// How `wlint show` shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ShowFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object
    Json,
}

/// From which severity on the command fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// The build fails, hangs or gives another image
    Error,
    /// It works today and is fragile or unsafe
    #[default]
    Warning,
    /// It costs time or size
    Info,
    /// Anything
    Style,
    /// Never fail for a finding
    Never,
}

impl FailOn {
    /// The one of a name, if there is one.
    pub fn from_name(name: &str) -> Option<FailOn> {
        FailOn::from_str(name, false).ok()
    }

    /// The severity, if there is one that fails.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Info => Some(Severity::Info),
            FailOn::Style => Some(Severity::Style),
            FailOn::Never => None,
        }
    }
}

/// The builder that the files are written for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Builder {
    /// The classic builder
    Classic,
    /// BuildKit
    #[value(name = "buildkit")]
    BuildKit,
    /// Either: findings that hold for one of them count
    #[default]
    Any,
}

impl Builder {
    /// The one of a name, if there is one.
    pub fn from_name(name: &str) -> Option<Builder> {
        Builder::from_str(name, false).ok()
    }
}

impl From<Builder> for document::Builder {
    fn from(builder: Builder) -> Self {
        match builder {
            Builder::Classic => document::Builder::Classic,
            Builder::BuildKit => document::Builder::BuildKit,
            Builder::Any => document::Builder::Any,
        }
    }
}
