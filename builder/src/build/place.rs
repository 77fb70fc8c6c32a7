//! Putting things into the image: where a path leads, the folders on the way, and what may not be covered.

use std::collections::BTreeMap;

use crate::context::lead;
use crate::layer::{Entry, Flavor, Kind, Time, name};

use super::error::StepError;
use super::owner::Owner;
use super::tree::Tree;
use super::view::key;

/// What a step writes to, and how new things are made.
pub struct Target<'a> {
    /// The files of the image.
    pub tree: &'a mut Tree,
    /// Who owns what is new.
    pub owner: Owner,
    /// The mode of what is new (Linux).
    pub mode: Option<u32>,
    /// When new things were changed last.
    pub time: Time,
    /// What this step has put where, to tell names that differ by case only.
    pub placed: BTreeMap<String, String>,
}

/// How many links are followed on the way.
const MAX_LINKS: usize = 40;

/// A path of the image as messages show it.
pub fn shown(path: &str, flavor: Flavor) -> String {
    match flavor {
        Flavor::Windows => format!("C:/{path}"),
        Flavor::Linux => format!("/{path}"),
    }
}

/// A path from the root, without drive and slashes at its ends: `C:\app` and `/app` are `app`.
pub fn from_root(path: &str) -> String {
    let path = dockerfile::windows_path::drive_letter(path).map_or(path, |_| &path[2..]);
    dockerfile::windows_path::clean(&format!("/{}", path.replace('\\', "/"))).trim_start_matches('/').to_owned()
}

/// As [`from_root`], where a backslash is part of a name on Linux.
pub fn from_root_of(path: &str, flavor: Flavor) -> String {
    match flavor {
        Flavor::Windows => from_root(path),
        Flavor::Linux => dockerfile::windows_path::clean(&format!("/{path}")).trim_start_matches('/').to_owned(),
    }
}

/// Where a path leads once links in the image are followed; what is not there yet stays as it is written.
///
/// # Errors
/// When a file is on the way, or a link leads where no layer can have files.
pub fn settle(tree: &Tree, path: &str) -> Result<String, StepError> {
    let flavor = tree.flavor();
    let beyond = |path: &str| match name::is_beyond(path) {
        true => Err(StepError::Beyond { path: path.chars().take(60).collect() }),
        false => Ok(()),
    };
    beyond(path)?;
    let mut left: Vec<String> = path.split('/').filter(|part| !part.is_empty()).rev().map(str::to_owned).collect();
    let mut done = String::new();
    let mut links = 0;
    while let Some(part) = left.pop() {
        let here = name::join(&done, &part);
        match tree.get(&here).map(|entry| (entry.path, entry.kind)) {
            Some((own, Kind::Symlink { target, .. } | Kind::Junction { target })) => {
                links += 1;
                let led = lead(&done, &target, true);
                let led = led.ok_or_else(|| StepError::LinkElsewhere { path: shown(&own, flavor), target })?;
                beyond(&led)?;
                if links > MAX_LINKS {
                    return Err(StepError::LinkLoop { path: shown(path, flavor) });
                }
                left.extend(led.split('/').filter(|part| !part.is_empty()).rev().map(str::to_owned));
                done.clear();
            }
            Some((own, Kind::Directory)) => done = own,
            Some((own, _)) if left.is_empty() => done = own,
            Some((own, _)) => return Err(StepError::NotFolder { path: shown(&own, flavor) }),
            None => done = here,
        }
    }
    let first = done.split('/').next().unwrap_or_default();
    let is_kept = ["System Volume Information", "WcSandboxState"].iter().any(|kept| name::is_same(kept, first));
    if flavor == Flavor::Windows && is_kept {
        return Err(StepError::Protected { path: shown(&done, flavor) });
    }
    Ok(done)
}

impl Target<'_> {
    /// Creates a folder and those above it, where they are not there. The path is settled.
    ///
    /// # Errors
    /// When something else is there, or the name cannot be one.
    pub fn make_dirs(&mut self, path: &str) -> Result<(), StepError> {
        if path.is_empty() || self.tree.is_dir(path) {
            return Ok(());
        }
        if let Some(entry) = self.tree.get(path) {
            return Err(StepError::NotFolder { path: shown(&entry.path, self.tree.flavor()) });
        }
        self.make_dirs(name::parent(path).unwrap_or_default())?;
        self.check(path, &shown(path, self.tree.flavor()))?;
        let mut folder = Entry::directory(path).at(self.time);
        self.owner.stamp(&mut folder);
        folder.posix.mode = self.mode.unwrap_or_default();
        self.tree.put(folder);
        Ok(())
    }

    /// Puts something into its folder, which is there. `from` is what it was, for messages.
    ///
    /// # Errors
    /// When the name cannot be one, or a folder and a file would take each other's place.
    pub fn put(&mut self, mut entry: Entry, from: &str) -> Result<(), StepError> {
        let flavor = self.tree.flavor();
        self.check(&entry.path, from)?;
        let is_dir = matches!(entry.kind, Kind::Directory);
        if let Some(old) = self.tree.get(&entry.path) {
            let old_is_dir = matches!(old.kind, Kind::Directory);
            match (old_is_dir, is_dir) {
                (true, false) => {
                    return Err(StepError::FolderInTheWay { path: shown(&old.path, flavor), found: from.to_owned() });
                }
                (false, true) => return Err(StepError::NotFolder { path: shown(&old.path, flavor) }),
                // Who may do what in a folder of the image is not changed in passing.
                (true, true) if flavor == Flavor::Windows && !self.owner.is_named() => return Ok(()),
                _ => {}
            }
        }
        self.owner.stamp(&mut entry);
        if let Some(mode) = self.mode.filter(|_| !matches!(entry.kind, Kind::Symlink { .. })) {
            entry.posix.mode = mode;
        }
        self.tree.put(entry);
        Ok(())
    }

    /// Puts something that moves: it keeps its owner, its mode and its times.
    ///
    /// # Errors
    /// When the name cannot be one.
    pub fn put_as_is(&mut self, entry: Entry) -> Result<(), StepError> {
        self.check(&entry.path, &shown(&entry.path, self.tree.flavor()))?;
        self.tree.put(entry);
        Ok(())
    }

    /// Notes what one source puts where.
    ///
    /// # Errors
    /// When another file of the same source, whose name differs by case only, has been put there.
    pub fn claim(&mut self, path: &str, from: &str) -> Result<(), StepError> {
        if self.tree.flavor() == Flavor::Linux {
            return Ok(());
        }
        match self.placed.insert(key(path, Flavor::Windows), from.to_owned()) {
            Some(first) if first != from => Err(StepError::Case { first, second: from.to_owned() }),
            _ => Ok(()),
        }
    }

    fn check(&self, path: &str, from: &str) -> Result<(), StepError> {
        let checked = match self.tree.flavor() {
            Flavor::Windows => name::check_windows(path),
            Flavor::Linux => name::check_linux(path),
        };
        checked.map_err(|fault| StepError::Name { path: from.to_owned(), fault })
    }
}
