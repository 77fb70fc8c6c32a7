//! The files of an image while steps change them: the layers below, and what has changed on top.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::context::{ContextError, Files, Node, NodeKind};
use crate::image::{Digest, Digester};
use crate::layer::{Content, Entry, Flavor, Kind, name};

use super::view::{View, children_of, key, prefixes};

/// The files of an image.
#[derive(Clone)]
pub struct Tree {
    flavor: Flavor,
    lower: View,
    changes: BTreeMap<String, Change>,
}

#[derive(Clone, Debug)]
struct Change {
    /// What is there now; `None` is nothing.
    entry: Option<Box<Entry>>,
    /// What the layers below have in it is gone.
    fresh: bool,
}

/// Follows at most this many hard links to a file's bytes.
const MAX_HARDLINKS: usize = 8;

impl Tree {
    /// The files of these layers, unchanged.
    pub fn new(lower: View, flavor: Flavor) -> Self {
        Tree { flavor, lower, changes: BTreeMap::new() }
    }

    /// For which system the files are.
    pub const fn flavor(&self) -> Flavor {
        self.flavor
    }

    fn key(&self, path: &str) -> String {
        key(path, self.flavor)
    }

    /// What is at a path; links are not followed.
    pub fn get(&self, path: &str) -> Option<Entry> {
        let key = self.key(path);
        if key.is_empty() {
            return self
                .changes
                .get("")
                .and_then(|change| change.entry.as_deref().cloned())
                .or_else(|| self.lower.get(""));
        }
        let mut hidden = false;
        for prefix in prefixes(&key) {
            let Some(change) = self.changes.get(prefix) else { continue };
            let entry = change.entry.as_deref()?;
            if prefix.len() == key.len() {
                return Some(entry.clone());
            }
            if !matches!(entry.kind, Kind::Directory) {
                return None;
            }
            hidden |= change.fresh;
        }
        if hidden { None } else { self.lower.get(&key) }
    }

    /// Whether a folder is at a path.
    pub fn is_dir(&self, path: &str) -> bool {
        path.is_empty() || self.get(path).is_some_and(|entry| matches!(entry.kind, Kind::Directory))
    }

    /// What is in a folder, sorted.
    pub fn entries_in(&self, folder: &str) -> Vec<Entry> {
        if !self.is_dir(folder) {
            return Vec::new();
        }
        let key = self.key(folder);
        let hidden = prefixes(&key).any(|prefix| self.changes.get(prefix).is_some_and(|change| change.fresh));
        let mut all: BTreeMap<String, Option<Entry>> = BTreeMap::new();
        if !hidden {
            all.extend(self.lower.children(&key).into_iter().map(|(name, entry)| (name, Some(entry))));
        }
        all.extend(
            children_of(&self.changes, &key).map(|(name, change)| (name.clone(), change.entry.as_deref().cloned())),
        );
        all.into_values().flatten().collect()
    }

    /// Everything below a folder, a folder before what is in it.
    pub fn entries_below(&self, folder: &str) -> Vec<Entry> {
        let mut found = Vec::new();
        for entry in self.entries_in(folder) {
            let folder = matches!(entry.kind, Kind::Directory).then(|| entry.path.clone());
            found.push(entry);
            found.extend(folder.into_iter().flat_map(|folder| self.entries_below(&folder)));
        }
        found
    }

    /// The path of a new thing: the folder as it is spelt, with this name; the spelling of what is there already.
    pub fn spelt(&self, path: &str) -> String {
        if let Some(entry) = self.get(path) {
            return entry.path;
        }
        match name::parent(path) {
            Some(parent) => name::join(&self.spelt(parent), path.rsplit('/').next().unwrap_or_default()),
            None => String::new(),
        }
    }

    /// Puts something in its place, under the spelling that is there. Its folder is there; a folder that is there keeps
    /// what is in it.
    pub fn put(&mut self, mut entry: Entry) {
        entry.path = self.spelt(&entry.path);
        let key = self.key(&entry.path);
        let is_dir = matches!(entry.kind, Kind::Directory);
        let fresh = match self.changes.get(&key) {
            Some(change) => change.fresh || change.entry.is_none(),
            None => !self.is_dir(&entry.path),
        };
        if !is_dir {
            self.forget_below(&key);
        }
        self.changes.insert(key, Change { entry: Some(Box::new(entry)), fresh });
    }

    /// Takes away what is at a path, with all that is in it.
    pub fn remove(&mut self, path: &str) {
        let key = self.key(path);
        self.forget_below(&key);
        self.changes.remove(&key);
        if self.get(path).is_some() {
            self.changes.insert(key, Change { entry: None, fresh: true });
        }
    }

    fn forget_below(&mut self, key: &str) {
        let start = format!("{key}\0");
        let gone: Vec<String> = self
            .changes
            .range(start.clone()..)
            .map(|(key, _)| key)
            .take_while(|key| key.starts_with(&start))
            .cloned()
            .collect();
        for key in gone {
            self.changes.remove(&key);
        }
    }

    /// The bytes of a file; `None` when it is none.
    pub fn content(&self, path: &str) -> Option<Content> {
        let mut path = path.to_owned();
        for _ in 0..MAX_HARDLINKS {
            match self.get(&path)?.kind {
                Kind::File(content) => return Some(content),
                Kind::Hardlink { target } => path = target,
                _ => return None,
            }
        }
        None
    }

    /// Whether nothing has changed.
    pub fn is_unchanged(&self) -> bool {
        self.changes.is_empty()
    }

    /// What a layer with the changes has, in no order: the folders on the way as they are, so that no layer changes who may do what
    /// in them, and whiteouts for what is gone. Afterwards nothing has changed.
    #[expect(clippy::vec_box, reason = "an entry is large, and lists of very many are sorted and handed on")]
    pub fn take_changes(&mut self) -> Vec<Box<Entry>> {
        let changes = std::mem::take(&mut self.changes);
        // What is gone, and the folders on the way, by key; what is there is many and is only moved.
        let mut others: BTreeMap<String, Entry> = BTreeMap::new();
        for (key, change) in &changes {
            match &change.entry {
                None => {
                    let below = self.lower.get(key);
                    others.extend(below.map(|entry| (key.clone(), Entry::new(entry.path, Kind::Whiteout))));
                }
                Some(entry) if change.fresh && matches!(entry.kind, Kind::Directory) => {
                    let covered = self.lower.children(key).into_iter();
                    let covered = covered.filter(|(name, _)| !changes.contains_key(name));
                    others.extend(covered.map(|(name, old)| (name, Entry::new(old.path, Kind::Whiteout))));
                }
                Some(_) => {}
            }
        }
        // The root's own entry says who may do what in it on Windows; layers for Linux usually have none.
        let root = (self.flavor == Flavor::Windows).then_some("");
        let is_written = |key: &str| changes.get(key).is_some_and(|change| change.entry.is_some());
        let mut parents = BTreeMap::new();
        for key in changes.keys().filter(|key| is_written(key)).chain(others.keys()) {
            for prefix in prefixes(key).chain(root).filter(|prefix| prefix.len() < key.len()) {
                if !is_written(prefix) && !others.contains_key(prefix) && !parents.contains_key(prefix) {
                    let path = prefix.to_owned();
                    parents.extend(self.lower.get(prefix).map(|entry| (path, entry)));
                }
            }
        }
        let mut entries: Vec<Box<Entry>> = changes.into_values().filter_map(|change| change.entry).collect();
        entries.extend(others.into_values().chain(parents.into_values()).map(Box::new));
        entries
    }
}

impl Files for Tree {
    fn folds(&self) -> bool {
        self.flavor == Flavor::Windows
    }

    fn rooted(&self) -> bool {
        true
    }

    fn children(&self, folder: &str) -> Result<Vec<Node>, ContextError> {
        Ok(self.entries_in(folder).into_iter().filter(is_shown).map(|entry| self.node(entry)).collect())
    }

    fn below(&self, folder: &str) -> Result<Arc<Vec<Node>>, ContextError> {
        let mut found = Vec::new();
        self.gather(folder, &mut found)?;
        Ok(Arc::new(found))
    }

    fn child(&self, folder: &str, wanted: &str) -> Result<Option<Node>, ContextError> {
        Ok(self.get(&name::join(folder, wanted)).filter(is_shown).map(|entry| self.node(entry)))
    }

    fn digest(&self, file: &Node) -> Result<Digest, ContextError> {
        let mut digester = Digester::default();
        if let Some(content) = self.content(&file.path) {
            let mut buffer = vec![0; 128 << 10];
            let read = content.read_into(&mut buffer, |bytes| {
                digester.update(bytes);
                Ok(())
            });
            read.map_err(|error| ContextError::Read { path: file.path.to_string().into(), error })?;
        }
        Ok(digester.finish())
    }
}

impl Tree {
    fn gather(&self, folder: &str, found: &mut Vec<Node>) -> Result<(), ContextError> {
        for node in self.children(folder)? {
            let folder = node.is_dir().then(|| node.path.clone());
            found.push(node);
            folder.map_or(Ok(()), |folder| self.gather(&folder, found))?;
        }
        Ok(())
    }

    fn node(&self, entry: Entry) -> Node {
        let kind = match entry.kind {
            Kind::Directory => NodeKind::Directory,
            Kind::File(content) => NodeKind::File { size: content.size(), modified: None },
            Kind::Hardlink { .. } => {
                let size = self.content(&entry.path).map_or(0, |content| content.size());
                NodeKind::File { size, modified: None }
            }
            Kind::Symlink { target, is_dir } => NodeKind::Link { target: target.into(), is_dir: Some(is_dir) },
            Kind::Junction { target } => NodeKind::Link { target: target.into(), is_dir: Some(true) },
            Kind::Whiteout | Kind::Opaque => NodeKind::Other,
        };
        Node { path: entry.path.into(), kind, mode: entry.posix.mode }
    }
}

/// What Windows keeps for itself at the root of a volume is never copied.
fn is_shown(entry: &Entry) -> bool {
    !["System Volume Information", "WcSandboxState"].iter().any(|own| name::is_same(own, &entry.path))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::view::Fresh;
    use super::*;

    fn file(path: &str) -> Entry {
        Entry::file(path, Content::bytes(path.as_bytes()))
    }

    fn tree(flavor: Flavor) -> Tree {
        let base =
            [Entry::directory("Dir"), file("Dir/a"), Entry::directory("Dir/sub"), file("Dir/sub/b"), file("top")];
        Tree::new(View::new(vec![Arc::new(Fresh::new(base, flavor))]), flavor)
    }

    /// The entries of the layer, sorted by path, whiteouts with a minus.
    fn layer(tree: &mut Tree) -> Vec<String> {
        let shown = |entry: Box<Entry>| match entry.kind {
            Kind::Whiteout => format!("-{}", entry.path),
            Kind::Directory => format!("{}/", entry.path),
            _ => entry.path.clone(),
        };
        let mut entries = tree.take_changes();
        entries.sort_by(|left, right| name::compare_windows(&left.path, &right.path));
        entries.into_iter().map(shown).collect()
    }

    #[test]
    fn a_change_brings_the_folders_on_the_way_in_their_own_spelling() {
        let mut tree = tree(Flavor::Windows);
        tree.put(file("dir/SUB/New.txt"));
        tree.put(file("DIR/A"));
        assert_eq!(tree.get("dir/sub/new.TXT").unwrap().path, "Dir/sub/New.txt");
        assert_eq!(layer(&mut tree), ["Dir/", "Dir/a", "Dir/sub/", "Dir/sub/New.txt"]);
        assert!(tree.is_unchanged());
    }

    #[test]
    fn letter_case_counts_on_linux() {
        let mut tree = tree(Flavor::Linux);
        assert!(tree.get("dir/a").is_none());
        tree.put(Entry::directory("dir"));
        tree.put(file("dir/a"));
        assert_eq!(layer(&mut tree), ["dir/", "dir/a"]);
    }

    #[test]
    fn what_is_gone_has_whiteouts_and_what_was_never_there_has_none() {
        let mut tree = tree(Flavor::Windows);
        tree.put(file("Dir/new"));
        tree.remove("Dir/new");
        tree.remove("Dir/a");
        assert_eq!(layer(&mut tree), ["Dir/", "-Dir/a"]);
        tree.remove("top");
        tree.remove("dir");
        assert!(tree.get("Dir/sub/b").is_none() && tree.entries_in("").is_empty());
        assert_eq!(layer(&mut tree), ["-Dir", "-top"]);
    }

    #[test]
    fn a_folder_that_is_made_again_is_empty() {
        let mut tree = tree(Flavor::Windows);
        tree.remove("Dir");
        tree.put(Entry::directory("dir"));
        tree.put(file("dir/a"));
        let names: Vec<_> = tree.entries_below("").into_iter().map(|entry| entry.path).collect();
        assert_eq!(names, ["dir", "dir/a", "top"]);
        assert_eq!(layer(&mut tree), ["-Dir/sub", "dir/", "dir/a"]);
    }

    #[test]
    fn a_file_in_the_place_of_a_folder_hides_it() {
        let mut tree = tree(Flavor::Windows);
        tree.put(file("Dir/sub/c"));
        tree.put(file("Dir/sub"));
        assert!(tree.get("Dir/sub/b").is_none() && tree.get("Dir/sub/c").is_none());
        tree.put(Entry::directory("top"));
        assert!(tree.entries_in("top").is_empty());
        assert_eq!(layer(&mut tree), ["Dir/", "Dir/sub", "top/"]);
    }

    #[test]
    fn hard_links_have_the_bytes_of_their_file() {
        let mut tree = tree(Flavor::Windows);
        tree.put(Entry::new("link", Kind::Hardlink { target: "Dir/a".to_owned() }));
        assert_eq!(tree.content("LINK").map(|content| content.size()), Some(5));
        assert!(tree.content("Dir").is_none());
    }
}
