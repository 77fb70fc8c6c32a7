//! The files of an image as its layers show them together; nothing is changed here.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::layer::{Entry, Flavor, Kind, index};

/// What one layer says about a path.
#[derive(Clone, Debug, Default)]
pub struct Slot {
    /// What layers below have there is gone.
    pub removed: bool,
    /// What layers below have in this folder is gone.
    pub opaque: bool,
    /// What is there.
    pub entry: Option<Entry>,
    /// The layer only has something in this folder: what layers below say of the folder itself counts.
    pub implied: bool,
}

/// One layer, looked up by folded paths ([`key`]).
pub trait LayerFiles: Send + Sync {
    /// What it says about a path.
    fn slot(&self, key: &str) -> Option<Slot>;

    /// What it says about the names in a folder, by their folded paths.
    fn slots_in(&self, key: &str) -> Vec<(String, Slot)>;
}

/// Paths that are one to the system have one key, and a folder's content stands together when keys are sorted.
pub fn key(path: &str, flavor: Flavor) -> String {
    index::key(flavor, path).into()
}

/// The keys of the folders on the way to a key, and itself: not the root's.
pub fn prefixes(key: &str) -> impl Iterator<Item = &str> {
    let ends = key.match_indices('\0').map(|(at, _)| at).chain([key.len()]);
    ends.filter(|end| *end > 0).map(|end| &key[..end])
}

/// The layers of an image, the lowest first.
#[derive(Clone)]
pub struct View {
    layers: Vec<Arc<dyn LayerFiles>>,
}

impl View {
    /// The view of these layers.
    pub fn new(layers: Vec<Arc<dyn LayerFiles>>) -> Self {
        View { layers }
    }

    /// What is at a key. The root is there in every image, and has an entry only where a layer has one.
    pub fn get(&self, key: &str) -> Option<Entry> {
        if key.is_empty() {
            return self.layers.iter().rev().find_map(|layer| layer.slot("")?.entry);
        }
        self.locate(key).map(|(entry, _)| entry)
    }

    /// What is at a key, and the lowest layer that is still seen below it.
    fn locate(&self, key: &str) -> Option<(Entry, usize)> {
        let mut floor = 0;
        let mut last = None;
        for prefix in prefixes(key) {
            if last.as_ref().is_some_and(|entry: &Entry| !matches!(entry.kind, Kind::Directory)) {
                return None;
            }
            let slots = (floor..self.layers.len()).rev().filter_map(|at| Some((at, self.layers[at].slot(prefix)?)));
            let (entry, lowest) = merged(slots, floor);
            last = Some(entry?);
            floor = lowest;
        }
        last.map(|entry| (entry, floor))
    }

    /// What is in a folder, sorted by key.
    pub fn children(&self, key: &str) -> Vec<(String, Entry)> {
        let floor = match self.locate(key) {
            None if key.is_empty() => 0,
            Some((entry, floor)) if matches!(entry.kind, Kind::Directory) => floor,
            _ => return Vec::new(),
        };
        let mut names: BTreeMap<String, Vec<(usize, Slot)>> = BTreeMap::new();
        for at in (floor..self.layers.len()).rev() {
            for (name, slot) in self.layers[at].slots_in(key) {
                names.entry(name).or_default().push((at, slot));
            }
        }
        let seen = names.into_iter().filter_map(|(name, slots)| Some((name, merged(slots.into_iter(), floor).0?)));
        seen.collect()
    }
}

/// What several layers, the highest first, show together of one path, and the lowest of them that is seen below it.
fn merged(slots: impl Iterator<Item = (usize, Slot)>, mut floor: usize) -> (Option<Entry>, usize) {
    let mut found: Option<Entry> = None;
    let mut implied = false;
    for (at, slot) in slots {
        let is_dir = slot.entry.as_ref().map(|entry| matches!(entry.kind, Kind::Directory));
        match (&found, slot.entry) {
            (None, entry) => (found, implied) = (entry, slot.implied),
            // A folder covers a file of the same name, and all that is below that.
            (Some(_), Some(_)) if is_dir == Some(false) => return (found, at + 1),
            (Some(_), Some(entry)) if implied => (found, implied) = (Some(entry), slot.implied),
            _ => {}
        }
        if slot.removed || slot.opaque || is_dir == Some(false) {
            floor = at;
            break;
        }
    }
    (found, floor)
}

/// A layer that was put together in this run: its entries, sorted by their keys. They may be very many, so that the keys
/// are made anew for each question.
pub struct Fresh {
    #[expect(clippy::vec_box, reason = "an entry is large, and lists of very many are sorted and handed on")]
    entries: Vec<Box<Entry>>,
    flavor: Flavor,
}

impl Fresh {
    /// The layer of these entries.
    pub fn new<E: Into<Box<Entry>>>(entries: impl IntoIterator<Item = E>, flavor: Flavor) -> Self {
        let mut entries: Vec<Box<Entry>> = entries.into_iter().map(Into::into).collect();
        let mut last = String::new();
        // The writer's order is the same but for letters beyond the first plane.
        let is_sorted = entries.iter().all(|entry| {
            let own = key(&entry.path, flavor);
            let in_order = last <= own;
            last = own;
            in_order
        });
        if !is_sorted {
            entries.sort_by_cached_key(|entry| key(&entry.path, flavor));
        }
        Fresh { entries, flavor }
    }

    fn key_of(&self, at: usize) -> Option<String> {
        self.entries.get(at).map(|entry| key(&entry.path, self.flavor))
    }

    /// The first entry from `from` on whose key is not below this one.
    fn first(&self, from: usize, wanted: &str) -> usize {
        from + self.entries[from..].partition_point(|entry| *key(&entry.path, self.flavor) < *wanted)
    }

    /// What the entries from `at` on say of this key.
    fn slot_at(&self, at: usize, wanted: &str) -> Option<Slot> {
        let mut slot = None;
        for entry in self.entries[at..].iter().take_while(|entry| key(&entry.path, self.flavor) == wanted) {
            let slot: &mut Slot = slot.get_or_insert_default();
            match entry.kind {
                Kind::Whiteout => slot.removed = true,
                Kind::Opaque => slot.opaque = true,
                _ => slot.entry = Some(Entry::clone(entry)),
            }
        }
        slot
    }
}

impl LayerFiles for Fresh {
    fn slot(&self, key: &str) -> Option<Slot> {
        self.slot_at(self.first(0, key), key)
    }

    fn slots_in(&self, folder: &str) -> Vec<(String, Slot)> {
        let start = if folder.is_empty() { String::new() } else { format!("{folder}\0") };
        let mut at = self.first(0, &start);
        let mut found = Vec::new();
        while let Some(own) = self.key_of(at).filter(|own| own.starts_with(&start)) {
            let name = own[start.len()..].split('\0').next().unwrap_or_default();
            let child = format!("{start}{name}");
            if !name.is_empty() && child == own {
                found.extend(self.slot_at(at, &child).map(|slot| (child.clone(), slot)));
            }
            // Everything in it comes right behind it.
            at = self.first(at, &format!("{child}\u{1}"));
        }
        found
    }
}

/// What stands directly in a folder of a map by keys.
pub fn children_of<'a, T>(map: &'a BTreeMap<String, T>, folder: &str) -> impl Iterator<Item = (&'a String, &'a T)> {
    let start = if folder.is_empty() { String::new() } else { format!("{folder}\0") };
    let length = start.len();
    let range = map.range(start.clone()..).take_while(move |(key, _)| key.starts_with(&start));
    range.filter(move |(key, _)| key.len() > length && !key[length..].contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::Content;

    fn layer(paths: &[&str]) -> Arc<dyn LayerFiles> {
        let entry = |path: &&str| match path.split_at(1) {
            ("-", path) => Entry::new(path, Kind::Whiteout),
            ("!", path) => Entry::new(path, Kind::Opaque),
            ("+", path) => Entry::directory(path),
            _ => Entry::file(*path, Content::bytes(*b"x")),
        };
        Arc::new(Fresh::new(paths.iter().map(entry), Flavor::Windows))
    }

    fn seen(view: &View, path: &str) -> Option<String> {
        view.get(&key(path, Flavor::Windows)).map(|entry| entry.path)
    }

    fn names(view: &View, folder: &str) -> Vec<String> {
        view.children(&key(folder, Flavor::Windows)).into_iter().map(|(_, entry)| entry.path).collect()
    }

    #[test]
    fn the_highest_layer_counts_and_letter_case_does_not() {
        let view = View::new(vec![layer(&["+App", "App/a.txt", "App/b.txt"]), layer(&["+App", "App/A.TXT", "App/c"])]);
        assert_eq!(seen(&view, "APP/a.txt").as_deref(), Some("App/A.TXT"));
        assert_eq!(names(&view, "app"), ["App/A.TXT", "App/b.txt", "App/c"]);
        assert_eq!((seen(&view, "app/x"), seen(&view, "app/c/x")), (None, None));
        assert_eq!(names(&view, ""), ["App"]);
    }

    #[test]
    fn what_is_removed_is_not_seen_and_comes_back_empty() {
        let below = layer(&["+d", "d/a", "+d/e", "d/e/f", "g"]);
        let removed = View::new(vec![below.clone(), layer(&["-d"])]);
        assert_eq!((seen(&removed, "d"), seen(&removed, "d/a")), (None, None));
        let again = View::new(vec![below.clone(), layer(&["-d", "+d", "d/n"]), layer(&["+d", "d/m"])]);
        assert_eq!(names(&again, "d"), ["d/m", "d/n"]);
        assert_eq!(seen(&again, "d/e/f"), None);
        let opaque = View::new(vec![below.clone(), layer(&["+d", "!d", "d/n"])]);
        assert_eq!((names(&opaque, "d"), seen(&opaque, "d/a")), (vec!["d/n".to_owned()], None));
        let inner = View::new(vec![below, layer(&["+d", "-d/e"])]);
        assert_eq!((names(&inner, "d"), seen(&inner, "d/e/f")), (vec!["d/a".to_owned()], None));
    }

    #[test]
    fn a_file_and_a_folder_cover_each_other() {
        let below = layer(&["+d", "d/a", "f"]);
        let view = View::new(vec![below, layer(&["d", "+f", "f/x"]), layer(&["+d", "d/b"])]);
        assert_eq!(names(&view, "d"), ["d/b"]);
        assert_eq!(names(&view, "f"), ["f/x"]);
        assert_eq!(seen(&view, "d/a"), None);
    }
}
