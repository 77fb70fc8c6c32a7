//! Looks at a git repository. All of `gix` that is used stands here.

use std::error::Error as StdError;
use std::fs;
use std::path::{Component, Path, PathBuf};

use gix::bstr::ByteSlice;
use gix::{Commit, ObjectId, Repository};

use super::decide::version;
use super::facts::{Facts, GitTag};
use super::label::license;

/// Why a repository tells nothing.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The folder is not there.
    #[error("{}: there is no such folder", folder.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// There is none.
    #[error("{}: is in no git repository", folder.display())]
    NoRepository {
        /// The folder.
        folder: PathBuf,
    },
    /// It has no commit yet.
    #[error("{}: the git repository has no commit yet", folder.display())]
    NoCommit {
        /// The folder.
        folder: PathBuf,
    },
    /// A path that counts is elsewhere.
    #[error("{}: is not in the git repository {}", path.display(), root.display())]
    Outside {
        /// The path.
        path: PathBuf,
        /// The repository's working tree.
        root: PathBuf,
    },
    /// Something in it cannot be read.
    #[error("{}: {what} cannot be read", folder.display())]
    Unreadable {
        /// The folder.
        folder: PathBuf,
        /// What.
        what: &'static str,
        /// Why.
        source: Box<dyn StdError + Send + Sync>,
    },
}

/// What the repository that a folder is in tells at its commit. Only commits that touch one of the paths count; they are
/// read from the folder on. Without paths all count.
///
/// # Errors
/// When there is no repository or no commit, or it cannot be read.
pub fn facts(folder: &Path, paths: &[PathBuf]) -> Result<Facts, GitError> {
    if !folder.is_dir() {
        return Err(GitError::NoFolder { folder: folder.to_owned() });
    }
    let repository = match gix::discover(folder) {
        Ok(repository) => repository,
        Err(error) if is_nowhere(&error) => return Err(GitError::NoRepository { folder: folder.to_owned() }),
        Err(error) => {
            let (folder, what) = (folder.to_owned(), "the git repository");
            return Err(GitError::Unreadable { folder, what, source: error.into() });
        }
    };
    let reader = Reader { folder, repository: &repository };
    let head = reader.read("the head", repository.head())?;
    if head.is_unborn() {
        return Err(GitError::NoCommit { folder: folder.to_owned() });
    }
    let branch = head.referent_name().map(|name| name.shorten().to_str_lossy().into_owned());
    let commit = reader.read("the commit of the head", repository.head_commit())?;
    let is_changed = repository.workdir().is_some() && reader.read("the working tree", repository.is_dirty())?;
    let is_shallow = reader.read("the depth of the clone", repository.is_shallow())?;
    let (tags, last) = reader.tags(commit.id, is_shallow)?;
    let messages = match is_shallow {
        // Where the history ends is no fact about it.
        true => Vec::new(),
        false => reader.messages(&commit, last, &reader.inside(paths)?)?,
    };
    Ok(Facts {
        commit: commit.id.to_string(),
        time: reader.read("the time of the commit", commit.time())?.seconds,
        branch,
        is_changed,
        is_shallow,
        tags,
        messages,
        origin: repository.config_snapshot().string("remote.origin.url").map(|url| url.to_str_lossy().into_owned()),
        license: repository.workdir().and_then(license_of),
    })
}

/// Whether there is no repository, rather than one that cannot be opened.
fn is_nowhere(error: &gix::Error) -> bool {
    use gix::discover::upwards::Error;
    matches!(
        error.downcast_any_ref(),
        Some(
            Error::NoGitRepository { .. }
                | Error::NoGitRepositoryWithinCeiling { .. }
                | Error::NoGitRepositoryWithinFs { .. }
        )
    )
}

struct Reader<'a> {
    folder: &'a Path,
    repository: &'a Repository,
}

impl Reader<'_> {
    /// The value, or the error with what it was about.
    fn read<T>(&self, what: &'static str, result: gix::Result<T>) -> Result<T, GitError> {
        result.map_err(|error| self.unreadable(what, error))
    }

    fn unreadable(&self, what: &'static str, error: impl Into<Box<dyn StdError + Send + Sync>>) -> GitError {
        GitError::Unreadable { folder: self.folder.to_owned(), what, source: error.into() }
    }

    /// All tags, and the commit of the highest version that `head` is or descends from.
    fn tags(&self, head: ObjectId, is_shallow: bool) -> Result<(Vec<GitTag>, Option<ObjectId>), GitError> {
        let references = self.read("the tags", self.repository.references())?;
        let mut found: Vec<(GitTag, ObjectId)> = Vec::new();
        for reference in self.read("the tags", references.tags())? {
            let mut reference = reference.map_err(|error| self.unreadable("a tag", error))?;
            let name = reference.name().shorten().to_str_lossy().into_owned();
            // A tag may be on something that is no commit, or on one that a shallow clone has not.
            let Ok(commit) = reference.peel_to_commit() else { continue };
            found.push((GitTag { name, is_here: commit.id == head, is_behind: false }, commit.id));
        }
        let mut versions: Vec<usize> = (0..found.len()).filter(|at| version(&found[*at].0.name).is_some()).collect();
        versions.sort_by_key(|at| version(&found[*at].0.name));
        let mut last = None;
        for at in versions.into_iter().rev() {
            let commit = found[at].1;
            let is_behind = commit == head || !is_shallow && self.descends(head, commit)?;
            if is_behind {
                found[at].0.is_behind = true;
                last = Some(commit);
                break;
            }
        }
        Ok((found.into_iter().map(|(tag, _)| tag).collect(), last))
    }

    fn descends(&self, from: ObjectId, ancestor: ObjectId) -> Result<bool, GitError> {
        let base = self.read("the history", self.repository.merge_base(from, ancestor))?;
        Ok(base.is_some_and(|base| base == ancestor))
    }

    /// The messages that count since a commit. Without one, one message says enough: that there is something.
    fn messages(&self, head: &Commit<'_>, since: Option<ObjectId>, paths: &[PathBuf]) -> Result<Vec<String>, GitError> {
        let walk = self.read("the history", self.repository.rev_walk([head.id]).with_hidden(since).all())?;
        let mut messages = Vec::new();
        for info in walk {
            let info = info.map_err(|error| self.unreadable("the history", error))?;
            let commit = self.read("a commit", info.object())?;
            if self.touches(&commit, paths)? {
                messages.push(commit.message_raw_sloppy().to_str_lossy().into_owned());
                if since.is_none() {
                    break;
                }
            }
        }
        Ok(messages)
    }

    /// Whether a commit changes one of the paths against each of its parents.
    fn touches(&self, commit: &Commit<'_>, paths: &[PathBuf]) -> Result<bool, GitError> {
        if paths.is_empty() {
            return Ok(true);
        }
        let own = self.entries(commit, paths)?;
        let mut is_root = true;
        for parent in commit.parent_ids() {
            is_root = false;
            let parent = self.read("a commit", self.repository.find_commit(parent))?;
            if self.entries(&parent, paths)? == own {
                return Ok(false);
            }
        }
        Ok(!is_root || own.iter().any(Option::is_some))
    }

    fn entries(&self, commit: &Commit<'_>, paths: &[PathBuf]) -> Result<Vec<Option<ObjectId>>, GitError> {
        let tree = self.read("the files of a commit", commit.tree())?;
        let entry = |path: &PathBuf| {
            if path.as_os_str().is_empty() {
                return Ok(Some(tree.id));
            }
            let entry = self.read("the files of a commit", tree.lookup_entry_by_path(path))?;
            Ok(entry.map(|entry| entry.object_id()))
        };
        paths.iter().map(entry).collect()
    }

    /// The paths from the root of the working tree on.
    fn inside(&self, paths: &[PathBuf]) -> Result<Vec<PathBuf>, GitError> {
        let Some(root) = self.repository.workdir() else { return Ok(paths.to_vec()) };
        let whole = |path: &Path| dunce::canonicalize(path).map_err(|error| self.unreadable("the folder", error));
        let (root, folder) = (whole(root)?, whole(self.folder)?);
        let inside = |path: &PathBuf| {
            let absolute = normalized(&folder.join(path));
            let below = absolute.strip_prefix(&root).map(Path::to_owned);
            below.map_err(|_| GitError::Outside { path: path.clone(), root: root.clone() })
        };
        paths.iter().map(inside).collect()
    }
}

/// The path without `.` and `..`; what it names need not be there any more.
fn normalized(path: &Path) -> PathBuf {
    let mut normalized = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normalized.pop();
            }
            other => normalized.push(other),
        }
    }
    normalized
}

/// The licence of a working tree with one licence file. Of several, nobody but the owner knows how they hold together.
fn license_of(root: &Path) -> Option<String> {
    let is_license = |name: &str| {
        let name = name.to_ascii_lowercase();
        ["license", "licence", "copying", "unlicense"].iter().any(|start| name.starts_with(start))
    };
    let files = fs::read_dir(root).ok()?.flatten().filter(|file| is_license(&file.file_name().to_string_lossy()));
    let paths: Vec<PathBuf> = files.map(|file| file.path()).filter(|path| path.is_file()).collect();
    let [only] = paths.as_slice() else { return None };
    Some(license(&fs::read_to_string(only).ok()?)?.to_owned())
}
