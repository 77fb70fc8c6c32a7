//! Files that a `COPY` can take, wherever they are: in the context folder, in a stage, in an image.

use std::sync::Arc;
use std::time::SystemTime;

use dockerfile::windows_path;

use crate::image::Digest;
use crate::layer::name;

use super::ContextError;

/// A file, folder or link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its path from the root, with `/`, in its own spelling; empty is the root itself.
    pub path: Arc<str>,
    /// What it is.
    pub kind: NodeKind,
    /// The permission bits, where the file system has them; 0 is none.
    pub mode: u32,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A folder.
    Directory,
    /// A file.
    File {
        /// How long it is.
        size: u64,
        /// When it was changed last, where that is known.
        modified: Option<SystemTime>,
    },
    /// A link by path.
    Link {
        /// Where it points, as it stands there.
        target: Box<str>,
        /// Whether a folder is there; `None` when nothing is.
        is_dir: Option<bool>,
    },
    /// What no image can have: a socket, a pipe, a device.
    Other,
}

impl Node {
    /// Its name in its folder.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether it is a folder itself.
    pub fn is_dir(&self) -> bool {
        self.kind == NodeKind::Directory
    }

    /// The folder that stands for the whole.
    pub fn root() -> Self {
        Node { path: "".into(), kind: NodeKind::Directory, mode: 0 }
    }
}

/// A file system to copy from. Paths are from its root, with `/`; links are not followed.
pub trait Files: Sync {
    /// Whether names that differ by letter case only are one.
    fn folds(&self) -> bool;

    /// Whether absolute paths of links lead from the root, as in an image. Otherwise they lead out.
    fn rooted(&self) -> bool;

    /// What a folder has, sorted by name.
    ///
    /// # Errors
    /// When the folder cannot be read.
    fn children(&self, folder: &str) -> Result<Vec<Node>, ContextError>;

    /// Everything below a folder: a folder before what is in it, names in order.
    ///
    /// # Errors
    /// When one of the folders cannot be read.
    fn below(&self, folder: &str) -> Result<Arc<Vec<Node>>, ContextError>;

    /// The digest of a file's bytes.
    ///
    /// # Errors
    /// When the file cannot be read, or changes meanwhile.
    fn digest(&self, file: &Node) -> Result<Digest, ContextError>;

    /// Why a path that is on the disk is not here: the pattern that leaves it out.
    fn left_out_by(&self, _path: &str) -> Option<String> {
        None
    }

    /// The node of that name in a folder. Where case does not count, the name as it is written comes first.
    ///
    /// # Errors
    /// When the folder cannot be read, or has two names of which neither is the one that is meant.
    fn child(&self, folder: &str, wanted: &str) -> Result<Option<Node>, ContextError> {
        let children = self.children(folder)?;
        if let Some(exact) = children.iter().find(|node| node.name() == wanted) {
            return Ok(Some(exact.clone()));
        }
        if !self.folds() {
            return Ok(None);
        }
        let mut same = children.into_iter().filter(|node| name::is_same(node.name(), wanted));
        match (same.next(), same.next()) {
            (Some(first), Some(second)) => Err(ContextError::Ambiguous {
                path: name::join(folder, wanted),
                first: first.path.to_string(),
                second: second.path.to_string(),
            }),
            (found, _) => Ok(found),
        }
    }
}

/// How many links are followed on the way to a file, as on Linux.
const MAX_LINKS: usize = 40;

/// The node that a path leads to, links followed; `None` when there is none. The path is clean and relative.
///
/// # Errors
/// When a folder on the way cannot be read, or a link leads out of the file system.
pub fn resolve(files: &(impl Files + ?Sized), path: &str) -> Result<Option<Node>, ContextError> {
    let mut left: Vec<String> = split(path).rev().map(str::to_owned).collect();
    let mut node = Node::root();
    let mut links = 0;
    while let Some(part) = left.pop() {
        if !node.is_dir() {
            return Ok(None);
        }
        let Some(child) = files.child(&node.path, &part)? else { return Ok(None) };
        let NodeKind::Link { target, .. } = &child.kind else {
            node = child;
            continue;
        };
        links += 1;
        if links > MAX_LINKS {
            return Err(ContextError::LinkLoop { path: path.to_owned() });
        }
        let led = lead(&node.path, target, files.rooted())
            .ok_or_else(|| ContextError::LinkOut { path: child.path.to_string(), target: target.to_string() })?;
        left.extend(split(&led).rev().map(str::to_owned));
        node = Node::root();
    }
    Ok(Some(node))
}

fn split(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".")
}

/// Where a link in a folder leads, from the root; `None` when it leads out. Where absolute paths lead from the root,
/// nothing is above it.
pub fn lead(folder: &str, target: &str, rooted: bool) -> Option<String> {
    let target = target.replace('\\', "/");
    let target = target.strip_prefix("//?/").or_else(|| target.strip_prefix("/??/")).unwrap_or(&target);
    let (drive, rest) = match windows_path::drive_letter(target) {
        Some(drive) => (Some(drive), &target[2..]),
        None => (None, target),
    };
    let absolute = drive.is_some() || rest.starts_with('/');
    if absolute && (!rooted || drive.is_some_and(|drive| !drive.eq_ignore_ascii_case(&'c'))) {
        return None;
    }
    let from = if absolute { "" } else { folder };
    let path = if rooted { windows_path::clean(&format!("/{from}/{rest}")) } else { windows_path::join(from, rest) };
    match path.trim_start_matches('/') {
        "." => Some(String::new()),
        out if out == ".." || out.starts_with("../") => None,
        inside => Some(inside.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_from_its_own_folder() {
        for (folder, target, out, image) in [
            ("a/b", "../c", Some("a/c"), Some("a/c")),
            ("a/b", r"..\c", Some("a/c"), Some("a/c")),
            ("", "x", Some("x"), Some("x")),
            ("a", "..", Some(""), Some("")),
            ("a", "../..", None, Some("")),
            ("", "../x", None, Some("x")),
            ("a", "/etc/passwd", None, Some("etc/passwd")),
            ("a", r"C:\Users", None, Some("Users")),
            ("a", r"\??\C:\Users\x", None, Some("Users/x")),
            ("a", r"D:\x", None, None),
        ] {
            assert_eq!(lead(folder, target, false).as_deref(), out, "{folder} {target}");
            assert_eq!(lead(folder, target, true).as_deref(), image, "{folder} {target}");
        }
    }
}
