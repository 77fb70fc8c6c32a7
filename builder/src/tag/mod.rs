//! Names for images, from git: versions, floats, commits, branches; and the labels that say where an image is from.

pub mod bump;
pub mod ci;
mod decide;
pub mod facts;
mod git;
mod label;
mod name;

pub use decide::{DecideError, Decision, Kind, Options, Tag, decide};
pub use git::GitError;
pub use label::{Labels, labels};
pub use name::{is_release, is_valid, sanitize};

use std::path::{Path, PathBuf};

use crate::failure::{Exit, Failure};

/// What an image of a commit is called, and what its labels say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// Tags, version and notes.
    pub decision: Decision,
    /// Labels, and annotations: they are the same.
    pub labels: Labels,
}

/// Why there are no names.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The repository tells nothing.
    #[error(transparent)]
    Git(#[from] GitError),
    /// What it tells leaves a doubt.
    #[error(transparent)]
    Decide(#[from] DecideError),
}

/// The names of the image that is built from a folder in a git repository. `paths` limit which commits count for the next
/// version, read from the folder on; `variable` looks up what a CI service says in the environment.
///
/// # Errors
/// When there is no repository or no commit, or a release tag cannot be told for sure.
pub fn for_repository(
    folder: &Path,
    paths: &[PathBuf],
    options: &Options,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Names, Error> {
    let facts = git::facts(folder, paths)?;
    let run = ci::run(variable);
    let decision = decide(&facts, &run, options)?;
    let labels = labels(&facts, &run, &decision.version);
    Ok(Names { decision, labels })
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let help = match &error {
            Error::Git(GitError::NoFolder { .. } | GitError::NoRepository { .. }) => {
                "name a folder in a git repository, or give the tags with -t"
            }
            Error::Git(GitError::NoCommit { .. }) => "commit something first, or give the tags with -t",
            Error::Git(GitError::Outside { .. }) => "name paths of the repository, from the folder on",
            Error::Git(GitError::Unreadable { .. }) => "`git fsck` says what is broken",
            Error::Decide(DecideError::Shallow { .. }) => {
                "fetch it all: `git fetch --unshallow --tags`, in actions/checkout `fetch-depth: 0`, in GitLab \
                 `GIT_DEPTH: 0`; or leave the floating tags out with --no-floats"
            }
            Error::Decide(DecideError::Collision { .. }) => "take one of the git tags away",
        };
        Failure::new(Exit::Usage, error).help(help)
    }
}
