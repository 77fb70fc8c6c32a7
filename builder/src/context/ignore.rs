//! Which ignore file belongs to a Dockerfile.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use dockerfile::ignorefile::IgnoreFile;
use dockerfile::source::Source;

use super::ContextError;

/// The ignore file of a build: `NAME.dockerignore` beside the Dockerfile, else `.dockerignore` in the context; and what in
/// it is read otherwise on Windows. `file` is the Dockerfile, unless it is standard input.
///
/// # Errors
/// When the context is no folder, the file cannot be read, or it has a line that stops every builder.
pub fn ignore_file(context: &Path, file: Option<&Path>) -> Result<(IgnoreFile, Vec<String>), ContextError> {
    if is_remote(context) {
        return Err(ContextError::Remote { context: context.display().to_string() });
    }
    if !context.is_dir() {
        return Err(ContextError::NoFolder { path: context.to_owned() });
    }
    let own = file.map(|file| {
        let mut own = file.as_os_str().to_owned();
        own.push(".dockerignore");
        PathBuf::from(own)
    });
    for path in own.into_iter().chain([context.join(".dockerignore")]) {
        match fs::read(&path) {
            Ok(bytes) => return parse(&path, bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(ContextError::read(&path, error)),
        }
    }
    Ok((IgnoreFile::default(), Vec::new()))
}

/// What Docker takes as a context and wbuild does not: a repository, an archive, standard input.
fn is_remote(context: &Path) -> bool {
    let text = context.to_string_lossy();
    text == "-" || text.contains("://") || text.starts_with("git@") || text.starts_with("github.com/")
}

fn parse(path: &Path, bytes: Vec<u8>) -> Result<(IgnoreFile, Vec<String>), ContextError> {
    let source = Source::new(bytes);
    let ignore = IgnoreFile::parse(source.text());
    let mut notes = Vec::new();
    for problem in &ignore.problems {
        let line = source.line_of(problem.span.start);
        let said = format!("{}:{line}: {}", path.display().to_string().replace('\\', "/"), problem.kind);
        if problem.kind.stops_build() {
            return Err(ContextError::Ignore { said });
        }
        notes.push(said);
    }
    Ok((ignore, notes))
}
