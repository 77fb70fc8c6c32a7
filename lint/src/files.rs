//! Which files to lint: those that are named or fit a pattern, and the Dockerfiles in the folders that are named.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use ignore::{Walk, WalkBuilder};

use crate::error::{Error, reason};
use crate::pattern::{self, Pattern};

/// One thing to lint.
#[derive(Debug)]
pub enum Input {
    /// Standard input, under a name.
    Stdin { name: String },
    /// A file, and its path as it is reported.
    File { path: PathBuf, name: String },
}

impl Input {
    /// A file.
    pub fn file(path: &Path) -> Input {
        Input::File { path: path.to_owned(), name: name(path) }
    }

    /// Standard input, under the name that the user gave it.
    pub fn stdin(name: Option<&Path>) -> Input {
        Input::Stdin { name: name.map_or_else(|| "<stdin>".to_owned(), |name| name.display().to_string()) }
    }

    /// The path from which its configuration is looked for.
    pub fn place(&self) -> &Path {
        match self {
            Input::Stdin { name } => Path::new(name),
            Input::File { path, .. } => path,
        }
    }

    /// As it is reported.
    pub fn name(&self) -> &str {
        match self {
            Input::Stdin { name } | Input::File { name, .. } => name,
        }
    }
}

/// A path as it is reported: with the separators of this system, and without the dot that a search of `.`
/// begins with.
fn name(path: &Path) -> String {
    if let Some(plain) = path.to_str().filter(|text| is_plain(text)) {
        return plain.to_owned();
    }
    let path = path.strip_prefix(".").ok().filter(|rest| *rest != Path::new("")).unwrap_or(path);
    path.components().collect::<PathBuf>().display().to_string()
}

/// Whether a path has no part that is left out when it is reported or made absolute, which is cheap to tell of most.
pub fn is_plain(path: &str) -> bool {
    std::path::MAIN_SEPARATOR == '/'
        && !path.starts_with('.')
        && !path.ends_with('/')
        && !path.contains("//")
        && !path.contains("/.")
}

/// An input, or what is wrong with a path.
struct Found {
    input: Result<Input, Error>,
    /// Whether the path is a link, so that its own name says nothing about the file.
    is_link: bool,
}

impl Found {
    fn file(path: &Path, is_link: bool) -> Found {
        Found { input: Ok(Input::file(path)), is_link }
    }

    fn error(error: Error) -> Found {
        Found { input: Err(error), is_link: false }
    }
}

/// All inputs in the order in which they are named, folders by file name, each once; and what is wrong with
/// the paths.
pub fn inputs(paths: &[PathBuf], stdin_name: Option<&Path>) -> Vec<Result<Input, Error>> {
    let mut found = Vec::with_capacity(paths.len());
    // Only these can lead to one file twice.
    let mut several = paths.len() > 1;
    for path in paths {
        // Most are files, and one question to the system tells it.
        let kind = path.symlink_metadata().ok().map(|metadata| metadata.file_type());
        let is_link = kind.is_some_and(|kind| kind.is_symlink());
        if path.as_os_str() == "-" {
            found.push(Found { input: Ok(Input::stdin(stdin_name)), is_link: false });
        } else if kind.is_some_and(|kind| kind.is_dir()) || is_link && path.is_dir() {
            several |= walk(path, &mut found);
        } else {
            match pattern::of(path) {
                None => found.push(Found::file(path, is_link)),
                Some(Ok(pattern)) => {
                    matching(path, &pattern, &mut found);
                    several = true;
                }
                Some(Err(error)) => {
                    found.push(Found::error(Error::Pattern { path: name(path), why: error.kind().to_string() }));
                }
            }
        }
    }
    let is_new = if several { firsts(&found) } else { vec![true; found.len()] };
    found.into_iter().zip(is_new).filter(|(_, is_new)| *is_new).map(|(found, _)| found.input).collect()
}

/// Which of them are no file that stands before.
fn firsts(found: &[Found]) -> Vec<bool> {
    let (mut folders, mut seen) = (HashMap::new(), HashMap::<OsString, Vec<&Path>>::with_capacity(found.len()));
    let is_new = found.iter().map(|Found { input, is_link }| {
        let path = match input {
            Ok(Input::File { path, .. }) => path.as_path(),
            Ok(Input::Stdin { .. }) => Path::new("-"),
            Err(_) => return true,
        };
        // What else is in the folder under this name, but for letter case, may be the same file or not.
        let alike = seen.entry(place(path, *is_link, &mut folders)).or_default();
        let is_new = alike.iter().all(|other| canonical(other) != canonical(path));
        alike.push(path);
        is_new
    });
    is_new.collect()
}

/// The folder of a file, links resolved, and its name in lower case. Each folder is looked up once. Texts are the keys:
/// paths compare part by part.
fn place(path: &Path, is_link: bool, folders: &mut HashMap<OsString, OsString>) -> OsString {
    let path = if is_link { Cow::Owned(canonical(path)) } else { Cow::Borrowed(path) };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let real = |folder| canonical(folder).into_os_string();
    let found = match folders.get(folder.as_os_str()) {
        Some(found) => found,
        None => folders.entry(folder.as_os_str().to_owned()).or_insert_with(|| real(folder)),
    };
    let mut place = OsString::with_capacity(found.len() + 1 + name.len());
    place.push(found);
    place.push("/");
    place.push(name);
    place
}

/// The one path of all ways to a file.
fn canonical(path: &Path) -> PathBuf {
    dunce::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Adds the Dockerfiles of a folder; says whether links were met on the way.
fn walk(folder: &Path, found: &mut Vec<Found>) -> bool {
    let before = found.len();
    let mut linked = false;
    for entry in entries(WalkBuilder::new(folder)) {
        linked |= entry.as_ref().is_ok_and(ignore::DirEntry::path_is_symlink);
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_dir()) => {}
            Ok(entry) => {
                if is_dockerfile(&entry.file_name().to_string_lossy()) {
                    found.push(Found::file(entry.path(), entry.path_is_symlink()));
                }
            }
            Err(error) => found.extend(walk_error(&error, None).map(Found::error)),
        }
    }
    if found.len() == before {
        found.push(Found::error(Error::NoDockerfiles { path: name(folder) }));
    }
    linked
}

/// What is below a folder, without what git ignores, in order.
fn entries(mut walk: WalkBuilder) -> Walk {
    walk.require_git(false).ignore(false).follow_links(true).sort_by_file_name(|a, b| a.cmp(b)).build()
}

/// Adds the files that a pattern fits, and the Dockerfiles of the folders that it fits.
fn matching(path: &Path, pattern: &Pattern, found: &mut Vec<Found>) {
    let before = found.len();
    for entry in entries(pattern.walk()) {
        match entry {
            Ok(entry) if !pattern.fits(&entry) => {}
            Ok(entry) if entry.path().is_dir() => {
                walk(entry.path(), found);
            }
            Ok(entry) => found.push(Found::file(entry.path(), entry.path_is_symlink())),
            Err(error) => found.extend(walk_error(&error, None).map(Found::error)),
        }
    }
    if found.len() == before {
        found.push(Found::error(Error::NoMatch { path: name(path) }));
    }
}

/// What a walk ran into. Nothing is lost by a dead link that no Dockerfile's name is on, nor by one that leads back to a
/// folder whose files are searched anyway.
fn walk_error(error: &ignore::Error, at: Option<&Path>) -> Option<Error> {
    match error {
        ignore::Error::WithPath { path, err } => walk_error(err, Some(path)),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => walk_error(err, at),
        ignore::Error::Loop { .. } => None,
        _ => {
            let last = at.and_then(Path::file_name).unwrap_or_default().to_string_lossy();
            let dead = at.is_some_and(Path::is_symlink);
            let path = at.map_or_else(|| "folder".to_owned(), name);
            match dead {
                true => is_dockerfile(&last).then_some(Error::DeadLink { path }),
                false => Some(Error::Walk { path, why: error.io_error().map_or_else(|| error.to_string(), why) }),
            }
        }
    }
}

/// What the system says, without the path, which the walk puts before it.
fn why(error: &std::io::Error) -> String {
    let of_system = error.get_ref().and_then(|error| error.source());
    of_system.and_then(|error| error.downcast_ref()).map_or_else(|| reason(error), reason)
}

/// Whether a file in a folder is taken for a Dockerfile, by its name in any letter case.
fn is_dockerfile(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    // `Dockerfile.dockerignore` lists what the builder leaves out for one Dockerfile.
    if name.ends_with(".dockerignore") || name.ends_with('~') {
        return false;
    }
    name == "dockerfile"
        || name.starts_with("dockerfile.")
        || name.ends_with(".dockerfile")
        || name.starts_with("containerfile")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dockerfiles_are_known_by_name() {
        for name in
            ["Dockerfile", "DOCKERFILE", "Dockerfile.windows", "app.Dockerfile", "a.dockerfile", "Containerfile.x"]
        {
            assert!(is_dockerfile(name), "{name}");
        }
        for name in ["Dockerfile.dockerignore", "dockerfiles", "Makefile", "my-dockerfile", "Dockerfile~"] {
            assert!(!is_dockerfile(name), "{name}");
        }
    }

    #[test]
    fn a_plain_path_is_reported_as_it_is() {
        for path in [
            "a",
            "a/b.Dockerfile",
            "/a/b",
            "./a",
            "../a",
            "a/./b",
            "a//b",
            "a/",
            "/",
            "",
            ".",
            ".a/b",
            "a/.b",
            "a/../b",
        ] {
            let slowly = Path::new(path).components().collect::<PathBuf>().display().to_string();
            assert!(!is_plain(path) || slowly == path, "{path}");
        }
        assert_eq!(is_plain("a/b.Dockerfile"), std::path::MAIN_SEPARATOR == '/');
    }

    #[test]
    fn names_carry_no_leading_dot() {
        assert_eq!(Input::file(Path::new("./a")).name(), "a");
        assert_eq!(Input::file(Path::new("../a")).name(), format!("..{}a", std::path::MAIN_SEPARATOR));
    }
}
