//! Why a build ends without an image.

use std::io;
use std::path::PathBuf;

use crate::context::ContextError;
use crate::failure::{self, Exit, Failure};
use crate::layer::name::NameFault;
use crate::layer::{SddlError, WriteError};
use crate::store;

/// Why a step cannot be carried out. The step's place is said by who carries it out.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// A file to copy.
    #[error(transparent)]
    Context(#[from] ContextError),
    /// Nothing is left to copy.
    #[error("nothing matches {sources}")]
    Nothing {
        /// The sources.
        sources: String,
    },
    /// Something that is no folder is on the way.
    #[error("{path} is no folder")]
    NotFolder {
        /// The path in the image.
        path: String,
    },
    /// A folder is where a file should go.
    #[error("{path} is a folder in the image, and {found} is not: a file cannot take its place")]
    FolderInTheWay {
        /// The path in the image.
        path: String,
        /// What should go there.
        found: String,
    },
    /// Several things go to one name.
    #[error("several files go to {dest}, which is no folder")]
    Several {
        /// The destination.
        dest: String,
    },
    /// A link in the image leads to another drive.
    #[error("{path} leads to {target}, where no layer can have files")]
    LinkElsewhere {
        /// The link in the image.
        path: String,
        /// Where it points.
        target: String,
    },
    /// Links in the image lead to each other.
    #[error("{path} goes through more than 40 links")]
    LinkLoop {
        /// The path in the image.
        path: String,
    },
    /// A path that no system opens a file at.
    #[error("{path}... is longer than 131,068 bytes or leads through more than 1,000 folders")]
    Beyond {
        /// How it begins.
        path: String,
    },
    /// A folder that Windows keeps for itself.
    #[error("{path} belongs to Windows itself: what a layer has there is not seen")]
    Protected {
        /// The path in the image.
        path: String,
    },
    /// A name that the image cannot have.
    #[error("{path}: {fault}")]
    Name {
        /// What is copied.
        path: String,
        /// What is wrong with its name.
        fault: NameFault,
    },
    /// Two files that are one in the image.
    #[error("{first} and {second} are one file to Windows, which does not tell upper from lower case in names")]
    Case {
        /// One.
        first: String,
        /// The other.
        second: String,
    },
    /// What no layer can have.
    #[error("{path} is a socket, a pipe or a device")]
    Special {
        /// What is copied.
        path: String,
    },
    /// A link that Windows cannot have.
    #[error("the link {path} -> {target} {why}")]
    Link {
        /// What is copied.
        path: String,
        /// Where it points.
        target: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// An account that is not known without a kernel.
    #[error("--chown={text}: {why}")]
    Owner {
        /// As the file has it.
        text: String,
        /// What is wrong with it.
        why: String,
    },
    /// A mode that is none.
    #[error("--chmod={text} is no octal number from 0 to 7777; write modes like 755")]
    Mode {
        /// As the file has it.
        text: String,
    },
    /// Something that only another builder does.
    #[error("{0}")]
    Unsupported(String),
    /// An archive that cannot be unpacked.
    #[error("{archive} cannot be unpacked: {why}")]
    Archive {
        /// The archive.
        archive: String,
        /// Why.
        why: String,
    },
    /// A file that cannot be fetched.
    #[error("{url} cannot be fetched: {why}")]
    Fetch {
        /// From where, without a login.
        url: String,
        /// Why.
        why: String,
    },
    /// Other bytes than the file says.
    #[error("{what} has the {algorithm} {found}, and {expected} was expected")]
    Hash {
        /// What was hashed.
        what: String,
        /// How.
        algorithm: &'static str,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// An operation of a lowered `RUN` that the shell would fail at.
    #[error("{operation}: {why}")]
    Operation {
        /// What was to be done.
        operation: String,
        /// Why it cannot be.
        why: String,
    },
    /// A file on this machine.
    #[error("{} {action}", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// What was attempted: `cannot be written`.
        action: &'static str,
        /// Why it failed.
        #[source]
        error: io::Error,
    },
    /// The layer.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<SddlError> for StepError {
    fn from(error: SddlError) -> Self {
        StepError::Unsupported(error.to_string())
    }
}

/// A step that failed, and where. Its texts are without secrets.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {text}: {why}")]
pub struct FailedStep {
    /// The file and the line.
    pub place: String,
    /// The step.
    pub text: String,
    /// Why, with what is behind it.
    pub why: String,
    exit: Exit,
    help: Option<&'static str>,
}

impl FailedStep {
    /// The failure of a step; `shown` takes secrets out of texts.
    pub fn new(place: String, text: &str, error: &StepError, shown: impl Fn(&str) -> String) -> Self {
        let mut why = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(behind) = cause {
            why = format!("{why}: {behind}");
            cause = behind.source();
        }
        let help = error.help().or_else(|| failure::way_out(error));
        FailedStep { place, text: shown(text), why: shown(&why), exit: error.exit(), help }
    }
}

impl StepError {
    /// The exit code that scripts read.
    const fn exit(&self) -> Exit {
        match self {
            StepError::Fetch { .. } => Exit::Registry,
            StepError::Disk { .. } | StepError::Write(WriteError::Io(_)) | StepError::Operation { .. } => Exit::Step,
            StepError::Store(_) => Exit::Layer,
            _ => Exit::Dockerfile,
        }
    }

    /// What to do about it.
    const fn help(&self) -> Option<&'static str> {
        Some(match self {
            StepError::Several { .. } => "write the destination as a folder, with a slash at its end",
            StepError::Context(ContextError::Missing { left_out_by: Some(_), .. }) => {
                "take the pattern out of the ignore file, or add an exception (!) below it"
            }
            StepError::Context(ContextError::Missing { .. }) => {
                "sources are paths from the root of the context; letter case counts for Linux images"
            }
            StepError::Context(ContextError::LinkOut { .. }) => "copy the file into the context, or leave the link out",
            StepError::Context(ContextError::Changed { .. }) => "build again once nothing writes to the context",
            StepError::Name { .. } | StepError::Case { .. } => "rename it, or leave it out with .dockerignore",
            StepError::Special { .. } | StepError::Link { .. } => "leave it out with .dockerignore",
            StepError::Context(ContextError::LinkLoop { .. }) | StepError::LinkLoop { .. } => {
                "a link leads to itself, most often: let it lead to a file"
            }
            StepError::FolderInTheWay { .. } => "write the destination with a slash at its end to copy into the folder",
            _ => return None,
        })
    }
}

impl From<FailedStep> for Failure {
    fn from(failed: FailedStep) -> Self {
        let help = failed.help;
        let failure = Failure::new(failed.exit, failed);
        match help {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_says_what_to_do() {
        let error = StepError::Write(WriteError::Io(io::ErrorKind::StorageFull.into()));
        let failed = FailedStep::new("Dockerfile:2".to_owned(), "COPY a b", &error, str::to_owned);
        let shown = Failure::from(failed).shown(false);
        assert!(shown.contains("Dockerfile:2: COPY a b: ") && shown.contains("help: make room"), "{shown}");
    }
}
