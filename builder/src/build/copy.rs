//! `COPY` and the plain part of `ADD`: what was selected goes to its destination.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use crate::context::{Files, Folder, Node, NodeKind, Selected};
use crate::layer::{Content, Entry, Flavor, Kind, name};

use super::error::StepError;
use super::place::{Target, settle, shown};
use super::tree::Tree;
use super::view::key;

/// Files that can be put into a layer.
pub trait Origin: Files {
    /// A node with its bytes; `None` for what no layer can have.
    fn entry(&self, node: &Node) -> Option<Entry>;
}

impl Origin for Folder {
    fn entry(&self, node: &Node) -> Option<Entry> {
        let kind = match &node.kind {
            NodeKind::Directory => Kind::Directory,
            NodeKind::File { .. } => Kind::File(self.content(node)?),
            NodeKind::Link { target, is_dir } => {
                Kind::Symlink { target: target.to_string(), is_dir: is_dir.unwrap_or_default() }
            }
            NodeKind::Other => return None,
        };
        let mut entry = Entry::new(&*node.path, kind);
        entry.posix.mode = node.mode;
        Some(entry)
    }
}

impl Origin for Tree {
    fn entry(&self, node: &Node) -> Option<Entry> {
        let mut entry = self.get(&node.path)?;
        if matches!(entry.kind, Kind::Hardlink { .. }) {
            entry.kind = Kind::File(self.content(&node.path)?);
        }
        // A copy is a new file: who may do what with it is decided where it goes.
        entry.security = None;
        Some(entry)
    }
}

/// Where copies go.
#[derive(Clone, Debug)]
pub struct Goal {
    /// The path from the root of the image.
    pub path: String,
    /// Whether it is a folder by its spelling.
    pub folder: bool,
}

/// Copies what a source means. The paths of links in a context are checked, because they are not the image's.
///
/// # Errors
/// When something cannot be put where it should go.
pub fn copy(target: &mut Target, goal: &Goal, origin: &dyn Origin, selected: &Selected) -> Result<(), StepError> {
    if !selected.root.is_dir() {
        let entry = checked(origin, &selected.root, target.tree.flavor())?;
        return put_file(target, goal, entry, &selected.name, &selected.root.path);
    }
    let base = settle(target.tree, &goal.path)?;
    target.make_dirs(&base)?;
    if target.tree.flavor() == Flavor::Windows {
        check_case(selected)?;
    }
    for node in selected.below.iter() {
        let mut entry = checked(origin, node, target.tree.flavor())?;
        entry.path = name::join(&base, selected.relative(node));
        // A folder that was left out may have something in it that was not.
        target.make_dirs(name::parent(&entry.path).unwrap_or_default())?;
        put_at(target, entry, origin.rooted(), &node.path)?;
    }
    Ok(())
}

/// No two paths of what is copied may differ by letter case only. Of each only a number is kept, for they may be very many.
fn check_case(selected: &Selected) -> Result<(), StepError> {
    let numbers = RandomState::new();
    let mut seen = HashSet::with_capacity(selected.below.len());
    let folded = |node: &Node| key(selected.relative(node), Flavor::Windows);
    for (at, node) in selected.below.iter().enumerate() {
        let own = folded(node);
        if seen.insert(numbers.hash_one(&own)) {
            continue;
        }
        // Two paths might have one number.
        if let Some(first) = selected.below[..at].iter().find(|other| folded(other) == own) {
            return Err(StepError::Case { first: first.path.to_string(), second: node.path.to_string() });
        }
    }
    Ok(())
}

/// Puts one file to where a step says: into a folder under its own name, or to the destination's name.
///
/// # Errors
/// When it cannot be put there.
pub fn put_file(target: &mut Target, goal: &Goal, mut entry: Entry, own: &str, from: &str) -> Result<(), StepError> {
    let path = settle(target.tree, &goal.path)?;
    let into = goal.folder || target.tree.is_dir(&path);
    entry.path = if into { name::join(&path, own) } else { path.clone() };
    let parent = if into { &path } else { name::parent(&path).unwrap_or_default() };
    target.make_dirs(parent)?;
    put_at(target, entry, false, from)
}

/// Things from the context get the build's time; things of an image keep their own.
fn put_at(target: &mut Target, mut entry: Entry, of_image: bool, from: &str) -> Result<(), StepError> {
    if !of_image {
        entry.time = target.time;
    }
    target.put(entry, from)
}

fn checked(origin: &dyn Origin, node: &Node, flavor: Flavor) -> Result<Entry, StepError> {
    let mut entry = origin.entry(node).ok_or_else(|| StepError::Special { path: node.path.to_string() })?;
    if let (Kind::Symlink { target, .. }, Flavor::Windows) = (&mut entry.kind, flavor) {
        if !origin.rooted() {
            check_link(node, target)?;
        }
        *target = target.replace('/', "\\");
    }
    if let (Kind::Junction { target }, Flavor::Linux) = (&entry.kind, flavor) {
        let why = "is a junction, which Linux does not have";
        return Err(StepError::Link { path: node.path.to_string(), target: target.clone(), why });
    }
    Ok(entry)
}

/// Windows keeps two kinds of links, to files and to folders, and its paths are not those of the context.
fn check_link(node: &Node, target: &str) -> Result<(), StepError> {
    let fault = |why| StepError::Link { path: node.path.to_string(), target: target.to_owned(), why };
    let folder = name::parent(&node.path).unwrap_or_default();
    if crate::context::lead(folder, target, false).is_none() {
        return Err(fault("leads out of the context, to a path that the image does not have"));
    }
    match node.kind {
        NodeKind::Link { is_dir: None, .. } => {
            Err(fault("leads nowhere: whether it is one to a file or to a folder cannot be told"))
        }
        _ => Ok(()),
    }
}

/// A file with a text of the Dockerfile.
pub fn inline(path: &str, text: &str) -> Entry {
    let mut entry = Entry::file(path, Content::bytes(text.as_bytes()));
    entry.posix.mode = 0o644;
    entry
}

/// The destination in messages.
pub fn shown_goal(goal: &Goal, flavor: Flavor) -> String {
    let slash = if goal.folder && !goal.path.is_empty() { "/" } else { "" };
    format!("{}{slash}", shown(&goal.path, flavor))
}
