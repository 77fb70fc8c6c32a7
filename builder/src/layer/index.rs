//! What a layer has, without the bytes of its files: found in one pass, and small enough to keep.

use std::collections::HashMap;
use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::read::{Member, ReadError, Reader};
use super::{Content, Entry, Flavor, Kind, Posix, SecurityDescriptor, Time, name};
use crate::image::{Digest, Digesting};

/// A path of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Below the root of the drive, in its own spelling, as [`Entry::path`](super::Entry::path).
    pub path: Box<str>,
    /// What it is.
    pub kind: NodeKind,
    /// When it was last changed.
    pub time: Time,
    /// `FILE_ATTRIBUTE_*`; 0 when the layer does not say.
    pub attributes: u32,
    /// Who owns it on Windows and who may do what.
    pub security: Option<SecurityDescriptor>,
    /// Who owns it on Linux and who may do what.
    pub posix: Posix,
    /// How long the file is.
    pub size: u64,
    /// Where its content begins in the uncompressed layer.
    pub offset: u64,
    /// Whether the layer only has something in this folder, and not the folder itself.
    pub is_implied: bool,
}

/// What a path is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A folder.
    Directory,
    /// A file.
    File,
    /// A link by path.
    Symlink {
        /// Where it points.
        target: Box<str>,
        /// Whether it is marked as one to a folder (Windows).
        is_dir: bool,
    },
    /// A folder that stands for another one.
    Junction {
        /// Where it points.
        target: Box<str>,
    },
    /// Another name of a file.
    Hardlink {
        /// The path of the file, as [`Node::path`].
        target: Box<str>,
    },
    /// A device, a pipe, or what no tool knows.
    Other,
}

/// The paths of a layer, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// For which system the names were read.
    pub flavor: Flavor,
    /// What it has in `Hives/`: with anything there it changes the registry.
    pub hives: Vec<HiveFile>,
    /// Whether it changes the virtual machine of Hyper-V isolation.
    pub has_utility_vm: bool,
    pub(super) nodes: Vec<Node>,
    /// What to search by, one for each node: names as the system compares them, between NULs, so that everything in
    /// a folder comes right behind it.
    pub(super) keys: Vec<Box<str>>,
    /// The keys of what layers below have and this one removes.
    pub(super) whiteouts: Vec<Box<str>>,
    /// The keys of folders whose content below is gone.
    pub(super) opaques: Vec<Box<str>>,
}

/// A file of the registry that a layer has outside of the drive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HiveFile {
    /// Its name in `Hives/`.
    pub name: Box<str>,
    /// Where its content begins in the uncompressed layer.
    pub offset: u64,
    /// How long it is.
    pub size: u64,
}

/// What to search a path by.
pub(crate) fn key(flavor: Flavor, path: &str) -> Box<str> {
    let folded = match flavor {
        Flavor::Windows => name::fold(path),
        Flavor::Linux => path.to_owned(),
    };
    folded.replace('/', "\0").into()
}

impl Node {
    /// It as an entry of another layer; `content` gives the bytes of a file. `None` for what no tool knows, and where the
    /// bytes cannot be had.
    pub fn entry(&self, content: impl FnOnce() -> Option<Content>) -> Option<Entry> {
        let kind = match &self.kind {
            NodeKind::Directory => Kind::Directory,
            NodeKind::Symlink { target, is_dir } => Kind::Symlink { target: target.to_string(), is_dir: *is_dir },
            NodeKind::Junction { target } => Kind::Junction { target: target.to_string() },
            NodeKind::Hardlink { target } => Kind::Hardlink { target: target.to_string() },
            NodeKind::File => Kind::File(content()?),
            NodeKind::Other => return None,
        };
        Some(Entry {
            path: self.path.to_string(),
            kind,
            time: self.time,
            attributes: self.attributes,
            security: self.security.clone(),
            posix: self.posix.clone(),
        })
    }
}

impl Index {
    /// Reads an uncompressed layer to its end. Also gives its diff id.
    ///
    /// # Errors
    /// When the stream fails or is no tar, or has paths without end.
    pub fn scan(layer: impl Read, flavor: Flavor) -> Result<(Self, Digest), ReadError> {
        let mut layer = Digesting::new(layer);
        let mut reader = Reader::new(&mut layer);
        let mut builder = Builder::new(flavor);
        while let Some(member) = reader.next()? {
            builder.add(&member)?;
        }
        reader.finish()?;
        Ok((builder.build(), layer.digester.finish()))
    }

    /// Every path, each folder before what is in it.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The paths (as the layer's system compares them) that layers below have and this one removes.
    pub fn removed(&self) -> impl Iterator<Item = String> {
        self.whiteouts.iter().map(|key| key.replace('\0', "/"))
    }

    /// What a path is in this layer; letter case does not matter on Windows.
    pub fn get(&self, path: &str) -> Option<&Node> {
        self.by_key(&key(self.flavor, path))
    }

    /// What is at a key: a path with NULs between its names, folded as the system folds it.
    pub fn by_key(&self, key: &str) -> Option<&Node> {
        self.keys.binary_search_by(|other| (**other).cmp(key)).ok().map(|at| &self.nodes[at])
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

/// Gathers the members of a tar.
struct Builder {
    flavor: Flavor,
    found: Vec<(Box<str>, Node)>,
    whiteouts: Vec<Box<str>>,
    opaques: Vec<Box<str>>,
    hives: Vec<HiveFile>,
    has_utility_vm: bool,
    /// Descriptors that are the same are kept once.
    descriptors: HashMap<Vec<u8>, SecurityDescriptor>,
}

/// A name in a tar as a path below its root: no `./`, no `/` at either end, nothing empty. `None` where `..` leads out.
pub fn clean(name: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(name);
    let names: Vec<&str> = text.split('/').filter(|name| !matches!(*name, "" | ".")).collect();
    (!names.contains(&"..")).then(|| names.join("/"))
}

/// The path below the root of the drive. `None` for what is not on it: `Hives`, `UtilityVM`.
pub fn below_files(path: &str) -> Option<&str> {
    let (root, rest) = path.split_once('/').unwrap_or((path, ""));
    name::is_same(root, "Files").then_some(rest)
}

impl Builder {
    fn new(flavor: Flavor) -> Self {
        Builder {
            flavor,
            found: Vec::new(),
            whiteouts: Vec::new(),
            opaques: Vec::new(),
            hives: Vec::new(),
            has_utility_vm: false,
            descriptors: HashMap::new(),
        }
    }

    fn add(&mut self, member: &Member) -> Result<(), ReadError> {
        let Some(whole) = clean(&member.header.name) else { return Ok(()) };
        if name::is_beyond(&whole) {
            return Err(ReadError::Beyond { start: whole.chars().take(60).collect(), length: whole.len() });
        }
        let path = match self.flavor {
            Flavor::Linux => whole.as_str(),
            Flavor::Windows => match below_files(&whole) {
                Some(path) => path,
                None => {
                    let size = member.header.size;
                    let hive = whole.split_once('/').filter(|(root, _)| name::is_same(root, "Hives"));
                    self.hives.extend(hive.map(|(_, name)| HiveFile {
                        name: name.into(),
                        offset: member.offset,
                        size,
                    }));
                    self.has_utility_vm |= whole.starts_with("UtilityVM");
                    return Ok(());
                }
            },
        };
        let (parent, last) = path.rsplit_once('/').unwrap_or(("", path));
        if last == ".wh..wh..opq" {
            // Windows does not see it, so the layer says nothing there.
            if self.flavor == Flavor::Linux {
                self.opaques.push(key(self.flavor, parent));
            }
        } else if let Some(removed) = last.strip_prefix(".wh.") {
            self.whiteouts.push(key(self.flavor, &name::join(parent, removed)));
        } else {
            let node = self.node(path, member);
            self.found.push((key(self.flavor, path), node));
        }
        Ok(())
    }

    fn node(&mut self, path: &str, member: &Member) -> Node {
        let header = &member.header;
        let record = |key: &str| header.records.get(key);
        let attributes =
            record("MSWINDOWS.fileattr").and_then(|value| std::str::from_utf8(value).ok()?.parse().ok()).unwrap_or(0);
        let xattrs = header
            .records
            .iter()
            .filter_map(|(key, value)| key.strip_prefix("SCHILY.xattr.").map(|name| (name.to_owned(), value.clone())));
        Node {
            path: path.into(),
            kind: kind(self.flavor, member, attributes),
            time: header.time,
            attributes,
            security: record("MSWINDOWS.rawsd").and_then(|base64| self.descriptor(base64)),
            posix: Posix { mode: header.mode & 0o7777, uid: header.uid, gid: header.gid, xattrs: xattrs.collect() },
            size: header.size,
            offset: member.offset,
            is_implied: false,
        }
    }

    fn descriptor(&mut self, base64: &[u8]) -> Option<SecurityDescriptor> {
        if let Some(known) = self.descriptors.get(base64) {
            return Some(known.clone());
        }
        let descriptor = SecurityDescriptor::from_bytes(&STANDARD.decode(base64).ok()?);
        self.descriptors.insert(base64.to_vec(), descriptor.clone());
        Some(descriptor)
    }

    fn build(mut self) -> Index {
        self.add_implied();
        self.found.sort_by(|left, right| left.0.cmp(&right.0));
        // Of two entries with one name the later one counts, and an entry counts more than what only implies it.
        self.found.dedup_by(|later, kept| {
            let is_same = later.0 == kept.0;
            if is_same && (kept.1.is_implied || !later.1.is_implied) {
                std::mem::swap(later, kept);
            }
            is_same
        });
        let mut sorted = [self.whiteouts, self.opaques];
        sorted.iter_mut().for_each(|keys| {
            keys.sort();
            keys.dedup();
        });
        let [whiteouts, opaques] = sorted;
        let (keys, nodes) = self.found.into_iter().unzip();
        let (hives, has_utility_vm) = (self.hives, self.has_utility_vm);
        Index { flavor: self.flavor, hives, has_utility_vm, nodes, keys, whiteouts, opaques }
    }

    /// Adds the folders that some tools do not write.
    fn add_implied(&mut self) {
        let known: std::collections::HashSet<Box<str>> = self.found.iter().map(|(key, _)| key.clone()).collect();
        let mut added = HashMap::new();
        for (_, node) in &self.found {
            let mut path: &str = &node.path;
            while let Some(parent) = name::parent(path) {
                let parent_key = key(self.flavor, parent);
                if parent.is_empty() || known.contains(&parent_key) || added.contains_key(&parent_key) {
                    break;
                }
                added.insert(parent_key, implied(parent));
                path = parent;
            }
        }
        self.found.extend(added);
    }
}

fn implied(path: &str) -> Node {
    Node {
        path: path.into(),
        kind: NodeKind::Directory,
        time: Time::default(),
        attributes: 0,
        security: None,
        posix: Posix { mode: 0o755, ..Posix::default() },
        size: 0,
        offset: 0,
        is_implied: true,
    }
}

const DIRECTORY: u32 = 0x10;

fn kind(flavor: Flavor, member: &Member, attributes: u32) -> NodeKind {
    let header = &member.header;
    let target = || String::from_utf8_lossy(&header.link).into();
    match header.kind {
        b'0' | b'7' => NodeKind::File,
        b'5' => NodeKind::Directory,
        b'2' if header.records.contains_key("MSWINDOWS.mountpoint") => NodeKind::Junction { target: target() },
        b'2' => NodeKind::Symlink { target: target(), is_dir: attributes & DIRECTORY != 0 },
        b'1' => {
            let path = clean(&header.link).unwrap_or_default();
            let below = match flavor {
                Flavor::Windows => below_files(&path).unwrap_or(&path),
                Flavor::Linux => &path,
            };
            NodeKind::Hardlink { target: below.into() }
        }
        _ => NodeKind::Other,
    }
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;
