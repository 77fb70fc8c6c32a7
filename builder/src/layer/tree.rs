//! The files of an image: its layers on top of each other, as a container would see them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::index::{Index, Node, NodeKind, key};
use super::{Content, Entry, Flavor, Kind, Ranges, name};

/// Layers on top of each other. Paths are written as [`Entry::path`] is; on Windows letter case does not matter.
#[derive(Clone)]
pub struct Tree {
    flavor: Flavor,
    layers: Vec<Layer>,
}

#[derive(Clone)]
struct Layer {
    index: Arc<Index>,
    content: Option<Arc<dyn Ranges>>,
}

/// A path that is there, and in which layer.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// What it is.
    pub node: &'a Node,
    /// The layer that has it, counted from the base's lowest.
    pub layer: usize,
}

/// Why a path leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// Links that lead to each other.
    #[error("`{path}`: its links lead in a circle")]
    Circle {
        /// The path.
        path: String,
    },
    /// A link to another drive or another machine.
    #[error("`{path}` is a link to `{target}`, which is not in the image")]
    Elsewhere {
        /// The link.
        path: String,
        /// Where it points.
        target: String,
    },
    /// A file where a folder should be.
    #[error("`{path}` is not a folder")]
    NotDirectory {
        /// The file.
        path: String,
    },
}

/// So many links are followed, as on Linux.
const MAX_LINKS: usize = 40;

impl Tree {
    /// No layers.
    pub const fn new(flavor: Flavor) -> Self {
        Tree { flavor, layers: Vec::new() }
    }

    /// For which system the layers are.
    pub const fn flavor(&self) -> Flavor {
        self.flavor
    }

    /// Puts a layer on top. Without `content` its files can be seen and not read.
    pub fn push(&mut self, index: Arc<Index>, content: Option<Arc<dyn Ranges>>) {
        self.layers.push(Layer { index, content });
    }

    /// What a path is. The root is there, though no layer may have an entry for it.
    pub fn get(&self, path: &str) -> Option<Found<'_>> {
        self.by_key(&key(self.flavor, path))
    }

    fn by_key(&self, key: &str) -> Option<Found<'_>> {
        let mut implied = None;
        for (layer, Layer { index, .. }) in self.layers.iter().enumerate().rev() {
            match index.by_key(key) {
                Some(node) if node.is_implied => implied = Some(Found { node, layer }),
                Some(node) => return Some(Found { node, layer }),
                None => {}
            }
            if index.hides(key) {
                break;
            }
        }
        implied
    }

    /// What is in a folder, in order; nothing when the path is no folder.
    pub fn children(&self, path: &str) -> Vec<Found<'_>> {
        let key = key(self.flavor, path);
        let mut found: BTreeMap<&str, Found<'_>> = BTreeMap::new();
        for (layer, Layer { index, .. }) in self.layers.iter().enumerate() {
            let is_replaced = index.by_key(&key).is_some_and(|node| node.kind != NodeKind::Directory);
            if is_replaced || index.hides(&key) || index.is_opaque(&key) {
                found.clear();
            }
            found.retain(|child, _| index.whiteouts.binary_search_by(|other| (**other).cmp(child)).is_err());
            for (child, node) in index.children(&key) {
                if !node.is_implied || !found.contains_key(child) {
                    found.insert(child, Found { node, layer });
                }
            }
        }
        found.into_values().collect()
    }

    /// A path and everything below it, each folder before what is in it.
    pub fn walk(&self, path: &str) -> Vec<Found<'_>> {
        let mut found = Vec::new();
        let mut open: Vec<Found<'_>> = match self.get(path) {
            Some(top) => vec![top],
            None => self.children(path),
        };
        open.reverse();
        while let Some(next) = open.pop() {
            found.push(next);
            if next.node.kind == NodeKind::Directory {
                let children = self.children(&next.node.path);
                open.extend(children.into_iter().rev());
            }
        }
        found
    }

    /// A path as an entry for another layer, with its content. A hard link becomes the file that it names.
    /// `None` for devices, for links to files that are not there, and where the content cannot be had.
    pub fn entry(&self, found: Found<'_>) -> Option<Entry> {
        let mut file = found;
        for _ in 0..MAX_LINKS {
            let NodeKind::Hardlink { target } = &file.node.kind else { break };
            file = self.get(target)?;
        }
        let mut entry = found.node.entry(|| self.content(found))?;
        if matches!(entry.kind, Kind::Hardlink { .. }) {
            entry.kind = Kind::File(if file.node.kind == NodeKind::File { self.content(file)? } else { return None });
        }
        Some(entry)
    }

    fn content(&self, found: Found<'_>) -> Option<Content> {
        let source = self.layers[found.layer].content.clone()?;
        Some(Content::Range { source, offset: found.node.offset, size: found.node.size })
    }

    /// Follows the links on the way to a path, the last name too when `follow_last` says so, and gives the path in
    /// the spelling that the layers have. What is not there stays as it is written.
    ///
    /// # Errors
    /// When a link leads out of the image or in a circle, or a file is in the way.
    pub fn resolve(&self, path: &str, follow_last: bool) -> Result<String, ResolveError> {
        let mut links = 0;
        let mut rest: Vec<String> = names(path);
        rest.reverse();
        let mut done = String::new();
        while let Some(next) = rest.pop() {
            if next == ".." {
                done = name::parent(&done).unwrap_or("").to_owned();
                continue;
            }
            let at = name::join(&done, &next);
            let Some(found) = self.get(&at) else {
                done = at;
                continue;
            };
            let spelt = name::join(&done, name::last(&found.node.path));
            match &found.node.kind {
                NodeKind::Symlink { target, .. } | NodeKind::Junction { target } if follow_last || !rest.is_empty() => {
                    links += 1;
                    if links > MAX_LINKS {
                        return Err(ResolveError::Circle { path: path.to_owned() });
                    }
                    let (is_absolute, names) = self
                        .target(target)
                        .ok_or_else(|| ResolveError::Elsewhere { path: spelt, target: target.to_string() })?;
                    if is_absolute {
                        done.clear();
                    }
                    rest.extend(names.into_iter().rev());
                }
                NodeKind::Directory | NodeKind::Symlink { .. } | NodeKind::Junction { .. } => done = spelt,
                _ if rest.is_empty() => done = spelt,
                _ => return Err(ResolveError::NotDirectory { path: spelt }),
            }
        }
        Ok(done)
    }

    /// Whether a link's target is a whole path, and its names; `None` when it is not on the image's drive.
    fn target(&self, target: &str) -> Option<(bool, Vec<String>)> {
        if self.flavor == Flavor::Linux {
            return Some((target.starts_with('/'), names(target)));
        }
        let text = target.replace('\\', "/");
        let prefix = ["//?/", "/??/", "//./"].into_iter().find_map(|prefix| text.strip_prefix(prefix));
        let is_unc = prefix.is_none() && text.starts_with("//");
        let path = prefix.unwrap_or(&text);
        match path.as_bytes() {
            _ if is_unc => None,
            [drive, b':', ..] => drive.eq_ignore_ascii_case(&b'C').then(|| (true, names(&path[2..]))),
            // A volume by its number, or a share.
            _ if prefix.is_some() => None,
            _ => Some((path.starts_with('/'), names(path))),
        }
    }

    /// For each folder that the entries need and do not have: the entry that the layers below have for it, so that
    /// writing it again changes nothing, or a new folder. `time` is that of new ones.
    pub fn parents(&self, entries: &[Entry], time: super::Time) -> Vec<Entry> {
        let keys = |path: &str| key(self.flavor, path);
        let mut known: std::collections::HashSet<Box<str>> = entries
            .iter()
            .filter(|entry| !matches!(entry.kind, Kind::Whiteout | Kind::Opaque))
            .map(|entry| keys(&entry.path))
            .collect();
        let mut added = Vec::new();
        for entry in entries {
            let mut path: &str = &entry.path;
            while let Some(parent) = name::parent(path).filter(|parent| !parent.is_empty()) {
                if !known.insert(keys(parent)) {
                    break;
                }
                let below = self.get(parent).filter(|found| found.node.kind == NodeKind::Directory);
                let mut folder =
                    below.and_then(|found| self.entry(found)).unwrap_or_else(|| Entry::directory(parent).at(time));
                // The spelling is the caller's: its entries must stand below it.
                parent.clone_into(&mut folder.path);
                added.push(folder);
                path = parent;
            }
        }
        added
    }
}

fn names(path: &str) -> Vec<String> {
    path.split('/').filter(|name| !matches!(*name, "" | ".")).map(str::to_owned).collect()
}

impl Index {
    /// Whether nothing of the layers below can be seen at this key: it, or a folder on the way to it, is removed or
    /// replaced here.
    fn hides(&self, key: &str) -> bool {
        let has = |keys: &[Box<str>], key: &str| keys.binary_search_by(|other| (**other).cmp(key)).is_ok();
        if has(&self.whiteouts, key) {
            return true;
        }
        let mut at = key;
        while !at.is_empty() {
            at = at.rsplit_once('\0').map_or("", |(parent, _)| parent);
            let is_replaced = || self.by_key(at).is_some_and(|node| node.kind != NodeKind::Directory);
            if has(&self.whiteouts, at) || has(&self.opaques, at) || is_replaced() {
                return true;
            }
        }
        false
    }

    /// Whether what layers below have in the folder at a key is gone.
    pub fn is_opaque(&self, key: &str) -> bool {
        self.opaques.binary_search_by(|other| (**other).cmp(key)).is_ok()
    }

    /// Whether what layers below have at a key is gone.
    pub fn is_removed(&self, key: &str) -> bool {
        self.whiteouts.binary_search_by(|other| (**other).cmp(key)).is_ok()
    }

    /// The keys of what layers below have in a folder and this one removes.
    pub fn removed_in(&self, folder: &str) -> impl Iterator<Item = &str> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}\0") };
        let start = self.whiteouts.partition_point(|key| **key < *prefix);
        let inside = self.whiteouts[start..].iter().map(|key| &**key).take_while({
            let prefix = prefix.clone();
            move |key| key.starts_with(&prefix)
        });
        inside.filter(move |key| !key[prefix.len()..].contains('\0'))
    }

    /// What this layer has in a folder, with keys.
    pub fn children(&self, folder: &str) -> impl Iterator<Item = (&str, &Node)> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}\0") };
        let mut at = self.keys.partition_point(|key| **key < *prefix);
        std::iter::from_fn(move || {
            loop {
                let child: &str = self.keys.get(at)?;
                let name = child.strip_prefix(&*prefix)?;
                if name.is_empty() {
                    at += 1;
                    continue;
                }
                let node = &self.nodes[at];
                // Everything in it comes right behind it.
                let behind = format!("{child}\u{1}");
                at += self.keys[at..].partition_point(|key| **key < *behind);
                return Some((child, node));
            }
        })
    }
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
