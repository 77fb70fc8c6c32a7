//! What goes wrong with an engine, and what that means for trying again.

use std::error::Error;
use std::path::PathBuf;

use crate::failure::{Exit, Failure};
use crate::fault::{self, Fault, Retry};

use super::endpoint::EndpointError;
use super::failed::StepFailed;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// No address of an engine.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// Nobody answers there.
    #[error("no engine answers at {endpoint}, which {named_by} names")]
    Unreachable {
        /// Where.
        endpoint: String,
        /// What named it.
        named_by: String,
        /// What to do.
        help: String,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The engine refused or failed.
    #[error("{doing}: the engine answered {status}: {message}")]
    Refused {
        /// What was asked of it.
        doing: String,
        /// The status of HTTP.
        status: u16,
        /// Its words.
        message: String,
    },
    /// The connection broke, so that the end is not known.
    #[error("{doing}: the connection to the engine broke")]
    Lost {
        /// What was under way.
        doing: String,
        /// How.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The engine did not answer in time.
    #[error("{doing}: the engine did not answer in {seconds} s")]
    Silent {
        /// What was asked of it.
        doing: String,
        /// How long it was given.
        seconds: u64,
    },
    /// The user ended the command.
    #[error("stopped by the user")]
    Interrupted,
    /// A step failed.
    #[error(transparent)]
    Step(#[from] Box<StepFailed>),
    /// The engine does not fit what is to be built.
    #[error("{0}")]
    Unfit(String, Vec<String>),
    /// The step asks for something that this engine is not asked for.
    #[error("{place}: {what}")]
    Unsupported {
        /// The file and the line of the instruction.
        place: String,
        /// What.
        what: String,
        /// What to do instead.
        help: String,
    },
    /// A secret is missing or was left behind.
    #[error(transparent)]
    Secret(#[from] super::secret::SecretError),
    /// A file of ours.
    #[error("{path}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What the engine gave is not what it should be.
    #[error("{doing}: {what}")]
    Unexpected {
        /// What was asked of it.
        doing: String,
        /// What is wrong with the answer.
        what: String,
    },
}

impl EngineError {
    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| EngineError::File { path, source }
    }

    /// An error of the client while `doing` something.
    pub(super) fn from_client(doing: &str, error: bollard::errors::Error) -> Self {
        use bollard::errors::Error as Client;
        let doing = doing.to_owned();
        match error {
            Client::DockerResponseServerError { status_code, message } => {
                EngineError::Refused { doing, status: status_code, message: message.trim().to_owned() }
            }
            Client::DockerStreamError { error } => EngineError::Refused { doing, status: 200, message: error },
            Client::JsonDataError { message, .. } => EngineError::Unexpected { doing, what: message },
            other => EngineError::Lost { doing, source: other.into() },
        }
    }

    /// The known fault behind it, if it is one.
    pub fn fault(&self) -> Option<&'static Fault> {
        match self {
            EngineError::Refused { message, .. } => fault::find(message),
            EngineError::Unreachable { source, .. } => fault::find(&source.to_string()),
            _ => None,
        }
    }

    /// Whether trying again in a fresh container may help.
    pub fn retry(&self) -> Retry {
        match self {
            EngineError::Lost { .. } | EngineError::Silent { .. } => Retry::Backoff,
            EngineError::Refused { status: 429 | 502..=504, .. } => Retry::Backoff,
            EngineError::Refused { .. } => self.fault().map_or(Retry::Never, |fault| fault.retry),
            _ => Retry::Never,
        }
    }

    fn exit(&self) -> Exit {
        match self {
            EngineError::Endpoint(_) => Exit::Usage,
            EngineError::Step(_) => Exit::Step,
            EngineError::Interrupted => Exit::Interrupted,
            EngineError::Unsupported { .. } => Exit::Dockerfile,
            EngineError::Secret(error) if error.is_usage() => Exit::Usage,
            EngineError::Secret(_) => Exit::Layer,
            _ => Exit::Engine,
        }
    }

    fn help(&self) -> Vec<String> {
        match self {
            EngineError::Endpoint(error) => vec![error.help().to_owned()],
            EngineError::Unreachable { help, .. } if self.fault().is_none() => vec![help.clone()],
            EngineError::Step(failed) => failed.help(),
            EngineError::Unfit(_, help) => help.clone(),
            EngineError::Unsupported { help, .. } => vec![help.clone()],
            EngineError::Secret(error) => vec![error.help()],
            EngineError::Interrupted => vec!["the same command goes on from the last finished step".to_owned()],
            _ => self.fault().map(explain).unwrap_or_default(),
        }
    }
}

/// A fault as lines of help: cause, remedy, and the rule that finds it before the build.
pub(super) fn explain(fault: &Fault) -> Vec<String> {
    let mut lines = vec![format!("{} ({})", fault.cause, fault.id), fault.remedy.to_owned()];
    lines.extend(fault.rule.map(|rule| format!("wlint finds this before the build: {rule}")));
    lines
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let (exit, help) = (error.exit(), error.help());
        Failure { exit, cause: error.into(), help }
    }
}
