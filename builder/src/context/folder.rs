//! A folder of this machine as a context: walked in parallel, without what its ignore file leaves out.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use dockerfile::ignorefile::{IgnoreFile, Matched};
use rayon::prelude::*;

use crate::image::Digest;
use crate::layer::{Content, HostPath, name};

use super::digests::Digests;
use super::{ContextError, Files, Node, NodeKind};

/// A folder to copy from.
pub struct Folder {
    root: Arc<Path>,
    ignore: IgnoreFile,
    folds: bool,
    digests: Arc<Digests>,
    /// What was found below the folders that were asked for, so that no folder is walked twice.
    walked: Mutex<BTreeMap<String, Arc<Vec<Node>>>>,
}

impl std::fmt::Debug for Folder {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Folder({})", self.root.display())
    }
}

impl Folder {
    /// The folder at `root`. With `folds`, names are looked up regardless of letter case, as Windows does it.
    ///
    /// # Errors
    /// When there is no folder.
    pub fn open(root: &Path, ignore: IgnoreFile, folds: bool, digests: Arc<Digests>) -> Result<Self, ContextError> {
        let metadata = fs::metadata(root).map_err(|error| ContextError::read(root, error))?;
        if !metadata.is_dir() {
            return Err(ContextError::NoFolder { path: root.to_owned() });
        }
        Ok(Folder { root: root.into(), ignore, folds, digests, walked: Mutex::default() })
    }

    /// Where a node is on this machine.
    pub fn host_path(&self, path: &str) -> PathBuf {
        HostPath::new(Arc::clone(&self.root), path.into()).to_path()
    }

    /// The bytes of a file.
    pub fn content(&self, node: &Node) -> Option<Content> {
        let NodeKind::File { size, modified } = node.kind else { return None };
        let path = HostPath::new(Arc::clone(&self.root), Arc::clone(&node.path));
        Some(Content::File { path, size, modified })
    }

    /// What a folder has that the ignore file leaves in, or leaves out and might take back further down.
    fn list(&self, folder: &str, matched: &Matched) -> Result<Vec<(Node, Matched)>, ContextError> {
        let at = self.host_path(folder);
        let failed = |error| ContextError::read(&at, error);
        let mut found = Vec::new();
        for entry in fs::read_dir(&at).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = match entry.file_name().into_string() {
                Ok(file) => name::join(folder, &file),
                Err(raw) if self.matches_raw(folder, &raw) => continue,
                Err(_) => return Err(ContextError::NotUnicode { path: entry.path() }),
            };
            let matched = self.ignore.enter(matched, &path);
            let kind = entry.file_type().map_err(failed)?;
            if matched.excluded && !(kind.is_dir() && self.ignore.has_exceptions() && self.may_take_back(&path)) {
                continue;
            }
            let metadata = match entry.metadata() {
                Ok(metadata) => metadata,
                // It was there a moment ago.
                Err(error) => return Err(ContextError::read(&entry.path(), error)),
            };
            found.push((node(path, &entry.path(), &metadata)?, matched));
        }
        found.sort_unstable_by(|(left, _), (right, _)| left.name().cmp(right.name()));
        Ok(found)
    }

    fn may_take_back(&self, folder: &str) -> bool {
        self.ignore.could_contain_included(folder)
    }

    /// Whether a name that is no Unicode is left out.
    fn matches_raw(&self, folder: &str, raw: &OsString) -> bool {
        self.ignore.matches(&name::join(folder, &raw.to_string_lossy()))
    }

    fn walk(&self, folder: &str, matched: &Matched) -> Result<Vec<Node>, ContextError> {
        let listed = self.list(folder, matched)?;
        let below = listed.par_iter().map(|(node, matched)| match node.is_dir() {
            true => self.walk(&node.path, matched).map(Some),
            false => Ok(None),
        });
        let below: Vec<Option<Vec<Node>>> = below.collect::<Result<_, _>>()?;
        let mut found = Vec::with_capacity(listed.len() + below.iter().flatten().map(Vec::len).sum::<usize>());
        for ((node, matched), below) in listed.into_iter().zip(below) {
            if !node.is_dir() || !matched.excluded || below.as_ref().is_some_and(|below| !below.is_empty()) {
                found.push(node);
            }
            found.extend(below.into_iter().flatten());
        }
        Ok(found)
    }
}

impl Files for Folder {
    fn folds(&self) -> bool {
        self.folds
    }

    fn rooted(&self) -> bool {
        false
    }

    fn children(&self, folder: &str) -> Result<Vec<Node>, ContextError> {
        let listed = self.list(folder, &self.ignore.find(folder))?;
        let mut nodes = Vec::with_capacity(listed.len());
        for (node, matched) in listed {
            // A folder that is left out is there only with what is taken back in it.
            if !matched.excluded || !self.walk(&node.path, &matched)?.is_empty() {
                nodes.push(node);
            }
        }
        Ok(nodes)
    }

    fn below(&self, folder: &str) -> Result<Arc<Vec<Node>>, ContextError> {
        let key = folder.to_owned();
        if let Some(known) = self.walked.lock().expect("no walk panics").get(&key) {
            return Ok(Arc::clone(known));
        }
        let nodes = Arc::new(self.walk(folder, &self.ignore.find(folder))?);
        self.walked.lock().expect("no walk panics").insert(key, Arc::clone(&nodes));
        Ok(nodes)
    }

    fn digest(&self, file: &Node) -> Result<Digest, ContextError> {
        self.digests.of(&self.host_path(&file.path), file)
    }

    fn left_out_by(&self, path: &str) -> Option<String> {
        let there = fs::symlink_metadata(self.host_path(path)).is_ok();
        let decided = self.ignore.find(path).decided_by.filter(|_| there)?;
        Some(self.ignore.patterns[decided].text.clone())
    }
}

/// A node of the disk. Modes are read as `tar` reads them, which knows every host.
fn node(path: String, at: &Path, metadata: &Metadata) -> Result<Node, ContextError> {
    let mut header = tar::Header::new_gnu();
    header.set_metadata_in_mode(metadata, tar::HeaderMode::Complete);
    let mode = header.mode().unwrap_or_default() & 0o7777;
    let kind = if metadata.is_dir() {
        NodeKind::Directory
    } else if metadata.is_file() {
        NodeKind::File { size: metadata.len(), modified: metadata.modified().ok() }
    } else if metadata.is_symlink() {
        let target = fs::read_link(at).map_err(|error| ContextError::read(at, error))?;
        let target = target.into_os_string().into_string();
        let target = target.map_err(|_| ContextError::NotUnicode { path: at.to_owned() })?;
        NodeKind::Link { target: target.into(), is_dir: fs::metadata(at).ok().map(|target| target.is_dir()) }
    } else {
        NodeKind::Other
    };
    Ok(Node { path: path.into(), kind, mode })
}
