//! Where the Dockerfile and its ignore file are.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use dockerfile::ignorefile::IgnoreFile;
use dockerfile::source::Source;

use super::ContextError;

/// A Dockerfile and what belongs to it.
#[derive(Debug)]
pub struct Located {
    /// Its name in messages, with forward slashes; `<stdin>` for standard input.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its ignore file: `NAME.dockerignore` beside it, else `.dockerignore` in the context.
    pub ignore: IgnoreFile,
    /// What in the ignore file is read otherwise on Windows.
    pub notes: Vec<String>,
}

/// The names of a Dockerfile that is not named, the first that is there.
const NAMES: [&str; 2] = ["Dockerfile", "dockerfile"];

/// Reads the Dockerfile for a context. `file` is relative to the current folder, as Docker's command line has it; `-` is
/// standard input.
///
/// # Errors
/// When a file is not there or cannot be read, or the ignore file has a line that stops every builder.
pub fn locate(context: &Path, file: Option<&Path>) -> Result<Located, ContextError> {
    if is_remote(context) {
        return Err(ContextError::Remote { context: context.display().to_string() });
    }
    if !context.is_dir() {
        return Err(ContextError::NoFolder { path: context.to_owned() });
    }
    let mut bytes = Vec::new();
    if file.is_some_and(|file| file.as_os_str() == "-") {
        let stdin = io::stdin().lock().read_to_end(&mut bytes);
        stdin.map_err(|error| ContextError::read(Path::new("<stdin>"), error))?;
        let (ignore, notes) = ignore_file(&[context.join(".dockerignore")])?;
        return Ok(Located { name: "<stdin>".to_owned(), bytes, ignore, notes });
    }
    let path = match file {
        Some(file) => file.to_owned(),
        None => {
            let there = NAMES.iter().map(|name| context.join(name)).find(|path| path.is_file());
            there.ok_or_else(|| ContextError::NoDockerfile { context: context.to_owned() })?
        }
    };
    let bytes = fs::read(&path).map_err(|error| ContextError::read(&path, error))?;
    let mut own = path.clone().into_os_string();
    own.push(".dockerignore");
    let (ignore, notes) = ignore_file(&[PathBuf::from(own), context.join(".dockerignore")])?;
    Ok(Located { name: shown(&path), bytes, ignore, notes })
}

/// What Docker takes as a context and wbuild does not: a repository, an archive, standard input.
fn is_remote(context: &Path) -> bool {
    let text = context.to_string_lossy();
    text == "-" || text.contains("://") || text.starts_with("git@") || text.starts_with("github.com/")
}

/// Reads the first of these files that is there.
fn ignore_file(paths: &[PathBuf]) -> Result<(IgnoreFile, Vec<String>), ContextError> {
    for path in paths {
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(ContextError::read(path, error)),
        };
        let source = Source::new(bytes);
        let ignore = IgnoreFile::parse(source.text());
        let mut notes = Vec::new();
        for problem in &ignore.problems {
            let line = source.line_of(problem.span.start);
            let said = format!("{}:{line}: {}", shown(path), problem.kind);
            if problem.kind.stops_build() {
                return Err(ContextError::Ignore { said });
            }
            notes.push(said);
        }
        return Ok((ignore, notes));
    }
    Ok((IgnoreFile::default(), Vec::new()))
}

fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}
