//! What changed since a revision, in all repositories that the inputs lie in.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use super::git;
use super::patch::{self, Lines};
use crate::error::Error;
use crate::files::Input;

/// The new lines of the files that changed, by their paths without links.
pub(super) struct Changes(HashMap<PathBuf, Lines>);

/// The changes since a revision.
///
/// # Errors
/// When git is missing, fails or does not know the revision, or a file lies in no repository.
pub(super) fn since<'a>(revision: &str, inputs: impl Iterator<Item = &'a Input>) -> Result<Changes, Error> {
    let mut changes = HashMap::new();
    for (root, files) in repositories(inputs)? {
        let commit = git::base(&root, revision)?;
        let changed = patch::read(&git::diff(&root, &commit)?);
        changes.extend(changed.into_iter().map(|(path, lines)| (root.join(path), lines)));
        // What git does not track is new altogether.
        let untracked = git::untracked(&root)?.into_iter().chain(git::ignored(&root, &files)?);
        changes.extend(untracked.map(|path| (root.join(path), Lines::All)));
    }
    Ok(Changes(changes))
}

/// The repositories of the inputs, and the inputs in each.
fn repositories<'a>(inputs: impl Iterator<Item = &'a Input>) -> Result<BTreeMap<PathBuf, Vec<PathBuf>>, Error> {
    let mut roots: HashMap<PathBuf, Option<PathBuf>> = HashMap::new();
    let mut found: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for input in inputs.filter(|input| matches!(input, Input::File { .. })) {
        // A file that is not there is reported when its turn comes.
        let Ok(path) = dunce::canonicalize(input.place()) else { continue };
        let folder = path.parent().unwrap_or(Path::new("/")).to_owned();
        let root = roots.entry(folder.clone()).or_insert_with(|| git::root(&folder));
        let Some(root) = root else {
            return Err(Error::NoRepository { path: input.name().to_owned() });
        };
        let inside = path.strip_prefix(&*root).unwrap_or(&path).to_owned();
        found.entry(root.clone()).or_default().push(inside);
    }
    Ok(found)
}

impl Changes {
    /// Whether one of the lines of an input is new. Standard input is new altogether.
    pub(super) fn touch(&self, input: &Input, lines: &[(u32, u32)]) -> bool {
        if matches!(input, Input::Stdin { .. }) {
            return true;
        }
        let path = dunce::canonicalize(input.place()).unwrap_or_else(|_| input.place().to_owned());
        match self.0.get(&path) {
            Some(Lines::All) => true,
            Some(Lines::Some(new)) => {
                lines.iter().any(|(first, last)| new.iter().any(|(start, end)| first <= end && start <= last))
            }
            None => false,
        }
    }
}
