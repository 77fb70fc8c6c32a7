//! What can go wrong with the world: never with the user's Dockerfile, for that is a finding.

use std::io;

use thiserror::Error;

/// An error, written as: what it is about, what was attempted, why it failed, what to do.
#[derive(Debug, Error)]
pub enum Error {
    #[error("{path}: cannot read it: {}; {}", reason(.error), advice(.error, "read"))]
    Read { path: String, error: io::Error },
    #[error("{path}: cannot lint it: it has {size} bytes, over the limit of {limit}; is it a Dockerfile?")]
    TooLarge { path: String, size: u64, limit: u64 },
    #[error("{path}: cannot lint it: it is binary (a NUL byte on line {line}); name a Dockerfile, or save it as UTF-8")]
    Binary { path: String, line: u64 },
    #[error(
        "{path}: found no Dockerfile in this folder (looked for Dockerfile, Dockerfile.*, *.Dockerfile and \
         Containerfile*, without hidden and git-ignored ones); name the files to lint"
    )]
    NoDockerfiles { path: String },
    #[error("{path}: no file fits this pattern (hidden and git-ignored ones are left out); name the files to lint")]
    NoMatch { path: String },
    #[error("{path}: this is no file, and cannot be read as a pattern: {why}")]
    Pattern { path: String, why: String },
    #[error("{path}: cannot read it: this link leads to nothing; mend or remove it, or name the files to lint")]
    DeadLink { path: String },
    #[error("{path}: cannot search it: {why}; check the path and its permissions")]
    Walk { path: String, why: String },
    #[error("{path}: cannot read it: it is a folder; name a file")]
    Folder { path: String },
    #[error("{path}: cannot write it: {}; {}", reason(.error), advice(.error, "write"))]
    Write { path: String, error: io::Error },
    #[error("{path}: cannot write the fixes: the file is read-only; make it writable and run again")]
    ReadOnly { path: String },
    #[error("{path}: did not write the fixes: the file was changed meanwhile; run again")]
    Changed { path: String },
    #[error("{path}: wlint itself failed: {message}; please report it with this file. Its other findings are missing")]
    Panic { path: String, message: String },
    #[error("--{option}: there is no rule or group '{name}'; {}see `wlint rules`", did_you_mean(.nearest))]
    UnknownRule { option: &'static str, name: String, nearest: Option<String> },
    #[error("{path}: cannot compare with it: {why}; write it anew with --write-baseline {path}")]
    Baseline { path: String, why: String },
    #[error("{path}: did not write the baseline: not all files could be linted (see above); mend that and run again")]
    Incomplete { path: String },
    #[error("--since: {why}")]
    Git { why: String },
    #[error(
        "--since: git does not know the revision '{revision}' in {repository}; check the name, and fetch the history \
         (actions/checkout needs fetch-depth: 0)"
    )]
    Revision { revision: String, repository: String },
    #[error("--since: {path} lies in no git repository; lint it without a revision")]
    NoRepository { path: String },
    #[error("{path}: it exists already; edit it, or replace it with --force")]
    Exists { path: String },
    #[error("{shown}")]
    Configuration { shown: String },
    #[error("explain: there is no rule or group '{name}'; {}see `wlint rules`", did_you_mean(.nearest))]
    Unexplained { name: String, nearest: Option<String> },
    #[error(
        "explain: no rule of wlint finds what hadolint's {name} finds; docs/migrating-from-hadolint.md lists those that do"
    )]
    NoCounterpart { name: String },
    #[error("standard output: cannot write to it: {}", reason(.0))]
    Output(io::Error),
    #[error("threads: cannot start them: {0}; try --jobs 1")]
    Threads(String),
}

impl Error {
    /// Whether only the reader of our output went away.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Error::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// The same words on every system for what happens most.
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::StorageFull => "no space is left".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        _ => error.to_string(),
    }
}

fn advice(error: &io::Error, what: &str) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "check the path".to_owned(),
        io::ErrorKind::PermissionDenied => format!("allow this user to {what} it"),
        io::ErrorKind::IsADirectory => "name a file".to_owned(),
        _ => "mend that and run again".to_owned(),
    }
}

fn did_you_mean(nearest: &Option<String>) -> String {
    nearest.as_ref().map(|name| format!("did you mean '{name}'? ")).unwrap_or_default()
}
