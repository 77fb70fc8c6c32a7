//! The canonical writer: the same entries give the same bytes, in whatever order they come and on however many threads.

use std::borrow::{Borrow, BorrowMut};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::num::NonZeroUsize;

use super::compress::{Packed, Packer, pack};
use super::header::{BLOCK, Header, format_time};
use super::name::{self, NameFault};
use super::{Compression, Entry, Flavor, Kind, SecurityDescriptor, Time};
use crate::image::{Descriptor, Digest};
use crate::progress::Bar;

/// How a layer is written.
#[derive(Clone, Debug)]
pub struct Options {
    /// For which system.
    pub flavor: Flavor,
    /// How it is compressed.
    pub compression: Compression,
    /// No entry is younger than this (`SOURCE_DATE_EPOCH`).
    pub latest: Option<Time>,
    /// How many threads compress.
    pub threads: NonZeroUsize,
    /// Counts the bytes before compression.
    pub progress: Bar,
}

/// A layer that has been written.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The blob: media type, digest and size.
    pub descriptor: Descriptor,
    /// The digest before compression, as configs have it.
    pub diff_id: Digest,
    /// The size before compression.
    pub size: u64,
}

/// Why a layer cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A name that the system cannot have.
    #[error("{path}: {fault}")]
    Name {
        /// The path.
        path: String,
        /// What is wrong with it.
        fault: NameFault,
    },
    /// Two names that Windows takes for one.
    #[error("`{first}` and `{second}` are one name on Windows, which does not tell upper from lower case in names")]
    Case {
        /// The one.
        first: String,
        /// The other.
        second: String,
    },
    /// The folder of an entry is not in the layer.
    #[error("{path}: its folder is not in the layer")]
    NoParent {
        /// The path.
        path: String,
    },
    /// The folder of an entry is something else.
    #[error("{path}: `{parent}` is not a folder")]
    ParentNotDirectory {
        /// The path.
        path: String,
        /// What should be a folder.
        parent: String,
    },
    /// [`Kind::Opaque`] in a Windows layer.
    #[error("{path}: Windows does not see opaque whiteouts; each path must be removed by itself")]
    Opaque {
        /// The folder.
        path: String,
    },
    /// [`Kind::Junction`] in a Linux layer.
    #[error("{path}: Linux has no junctions")]
    Junction {
        /// The path.
        path: String,
    },
    /// The content of an entry cannot be read.
    #[error("{path}: cannot be put into the layer")]
    Content {
        /// The path.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The layer itself cannot be written.
    #[error("the layer cannot be written")]
    Io(#[from] io::Error),
}

/// Writes a layer. The entries may come in any order; of two with the same path the later one counts. Every folder
/// of an entry must be an entry itself. Afterwards they are as the layer has them. Where they are very many, boxed ones
/// take less memory to sort.
///
/// # Errors
/// When an entry cannot be one of such a layer, or its content cannot be read, or `out` fails.
pub fn write<E: BorrowMut<Entry> + Sync, W: Write + Send>(
    entries: &mut Vec<E>,
    options: &Options,
    out: W,
) -> Result<(Packed, W), WriteError> {
    check(entries, options.flavor)?;
    arrange(entries, options.flavor)?;
    pack(out, options.compression, options.threads, &options.progress, |packer| {
        let mut buffer = vec![0; 256 << 10];
        if options.flavor == Flavor::Windows {
            write_windows_roots(all(entries).next(), options.latest, packer)?;
        }
        for entry in all(entries).filter(|entry| !entry.path.is_empty() || options.flavor == Flavor::Linux) {
            packer.write_all(&header(entry, options).encode())?;
            write_content(entry, packer, &mut buffer)?;
        }
        Ok(packer.write_all(&[0; 2 * BLOCK])?)
    })
}

/// `Hives` and `Files`, which every Windows layer begins with.
fn write_windows_roots(root: Option<&Entry>, latest: Option<Time>, packer: &mut Packer) -> io::Result<()> {
    let time = latest.unwrap_or_default();
    let bare = |name: &str| {
        let mut header = windows_header(&Entry::directory("").at(time), latest);
        header.name = name.into();
        header.records.remove(RAW_SD);
        header
    };
    packer.write_all(&bare("Hives").encode())?;
    let root = root.filter(|entry| entry.path.is_empty());
    packer.write_all(&root.map_or_else(|| bare("Files"), |root| windows_header(root, latest)).encode())
}

fn write_content(entry: &Entry, packer: &mut Packer, buffer: &mut [u8]) -> Result<(), WriteError> {
    let Kind::File(content) = &entry.kind else { return Ok(()) };
    // The error of the blob's writer comes out of `pack`; here only what reading says is named.
    content
        .read_into(buffer, |bytes| packer.write_all(bytes))
        .map_err(|source| WriteError::Content { path: entry.path.clone(), source })?;
    let padding = content.size().next_multiple_of(BLOCK as u64) - content.size();
    let padding = usize::try_from(padding).expect("the padding is shorter than a block");
    Ok(packer.write_all(&[0; BLOCK][..padding])?)
}

fn check<E: Borrow<Entry>>(entries: &[E], flavor: Flavor) -> Result<(), WriteError> {
    for entry in all(entries) {
        let path = || entry.path.clone();
        let names = match flavor {
            Flavor::Windows => name::check_windows(&entry.path),
            Flavor::Linux => name::check_linux(&entry.path),
        };
        names.map_err(|fault| WriteError::Name { path: path(), fault })?;
        match (&entry.kind, flavor) {
            (Kind::Opaque, Flavor::Windows) => return Err(WriteError::Opaque { path: path() }),
            (Kind::Junction { .. }, Flavor::Linux) => return Err(WriteError::Junction { path: path() }),
            _ => {}
        }
    }
    Ok(())
}

/// Sorts, drops what is repeated, and makes sure that folders and the targets of hard links come first.
fn arrange<E: BorrowMut<Entry>>(entries: &mut Vec<E>, flavor: Flavor) -> Result<(), WriteError> {
    let order = |left: &E, right: &E| {
        let (left, right): (&Entry, &Entry) = (left.borrow(), right.borrow());
        let paths = match flavor {
            Flavor::Windows => name::compare_windows(&left.path, &right.path),
            Flavor::Linux => name::compare_linux(&left.path, &right.path),
        };
        paths.then_with(|| place(left).cmp(&place(right)))
    };
    entries.sort_by(order);
    // The sort is stable: of equal ones the last came last.
    entries.reverse();
    entries.dedup_by(|before, after| order(before, after) == Ordering::Equal);
    entries.reverse();
    if flavor == Flavor::Windows {
        check_case(entries)?;
    }
    check_parents(entries)?;
    put_link_targets_first(entries);
    Ok(())
}

/// What has one path stands in this order: the whiteout of what lies below, the entry, and what clears its content.
const fn place(entry: &Entry) -> u8 {
    match entry.kind {
        Kind::Whiteout => 0,
        Kind::Opaque => 2,
        _ => 1,
    }
}

const fn is_there(entry: &Entry) -> bool {
    !matches!(entry.kind, Kind::Whiteout | Kind::Opaque)
}

/// Sorted, two names of one folder that are one to Windows have nothing between them but what is in the first.
fn check_case<E: Borrow<Entry>>(entries: &[E]) -> Result<(), WriteError> {
    let mut last_at_depth: Vec<&str> = Vec::new();
    for entry in all(entries).filter(|entry| is_there(entry)) {
        let depth = entry.path.matches('/').count();
        if let Some(first) = last_at_depth.get(depth).filter(|first| name::is_same(first, &entry.path)) {
            return Err(WriteError::Case { first: (*first).to_owned(), second: entry.path.clone() });
        }
        last_at_depth.resize(depth, "");
        last_at_depth.push(&entry.path);
    }
    Ok(())
}

/// Sorted, what is in a folder comes right behind it, so that the folders on the way are all that must be known.
fn check_parents<E: Borrow<Entry>>(entries: &[E]) -> Result<(), WriteError> {
    let mut way: Vec<(&str, bool)> = Vec::new();
    for entry in all(entries) {
        let parent = name::parent(&entry.path).unwrap_or_default();
        let above = way.iter().rposition(|(path, _)| *path == parent);
        match above.map(|at| way[at].1) {
            None if !parent.is_empty() => return Err(WriteError::NoParent { path: entry.path.clone() }),
            Some(false) => {
                let (path, parent) = (entry.path.clone(), parent.to_owned());
                return Err(WriteError::ParentNotDirectory { path, parent });
            }
            _ => {}
        }
        if is_there(entry) && !entry.path.is_empty() {
            way.truncate(above.map_or(0, |at| at + 1));
            way.push((&entry.path, matches!(entry.kind, Kind::Directory)));
        }
    }
    Ok(())
}

/// A hard link that sorts before its target becomes the file, and the target the link.
fn put_link_targets_first<E: BorrowMut<Entry>>(entries: &mut [E]) {
    if !all(entries).any(|entry| matches!(entry.kind, Kind::Hardlink { .. })) {
        return;
    }
    let files: HashMap<String, usize> = all(entries)
        .enumerate()
        .filter(|(_, entry)| matches!(entry.kind, Kind::File(_)))
        .map(|(at, entry)| (entry.path.clone(), at))
        .collect();
    for at in 0..entries.len() {
        let own: &Entry = entries[at].borrow();
        let Kind::Hardlink { target } = &own.kind else { continue };
        let Some(&file) = files.get(target).filter(|file| **file > at) else { continue };
        let to_this = Kind::Hardlink { target: own.path.clone() };
        let other: &mut Entry = entries[file].borrow_mut();
        let kind = match &other.kind {
            Kind::Hardlink { target } => Kind::Hardlink { target: target.clone() },
            _ => std::mem::replace(&mut other.kind, to_this),
        };
        entries[at].borrow_mut().kind = kind;
    }
}

fn all<E: Borrow<Entry>>(entries: &[E]) -> impl Iterator<Item = &Entry> {
    entries.iter().map(Borrow::borrow)
}

fn header(entry: &Entry, options: &Options) -> Header {
    match options.flavor {
        Flavor::Windows => windows_header(entry, options.latest),
        Flavor::Linux => linux_header(entry, options.latest),
    }
}

/// Type, mode (with the bits that Windows' exporter sets), size and target of an entry; `root` goes before paths.
fn skeleton(entry: &Entry, root: &str) -> Header {
    let below = |path: &str| name::join(root, path).into_bytes();
    let mut header = Header { name: below(&entry.path), ..Header::default() };
    match &entry.kind {
        Kind::Directory => (header.kind, header.mode) = (b'5', 0o040_755),
        Kind::File(content) => (header.kind, header.mode, header.size) = (b'0', 0o100_644, content.size()),
        Kind::Symlink { target, .. } | Kind::Junction { target } => {
            (header.kind, header.mode, header.link) = (b'2', 0o120_777, target.clone().into_bytes());
        }
        Kind::Hardlink { target } => (header.kind, header.mode, header.link) = (b'1', 0o100_644, below(target)),
        Kind::Whiteout => {
            let (parent, name) = entry.path.rsplit_once('/').unwrap_or(("", &entry.path));
            (header.kind, header.mode) = (b'0', 0o100_644);
            header.name = below(&name::join(parent, &format!(".wh.{name}")));
        }
        Kind::Opaque => {
            (header.kind, header.mode) = (b'0', 0o100_644);
            header.name = below(&name::join(&entry.path, ".wh..wh..opq"));
        }
    }
    header
}

const RAW_SD: &str = "MSWINDOWS.rawsd";

mod attribute {
    pub const DIRECTORY: u32 = 0x10;
    pub const ARCHIVE: u32 = 0x20;
    pub const REPARSE_POINT: u32 = 0x400;
}

fn windows_header(entry: &Entry, latest: Option<Time>) -> Header {
    let mut header = if entry.path.is_empty() {
        Header { name: b"Files".to_vec(), kind: b'5', mode: 0o040_755, ..Header::default() }
    } else {
        skeleton(entry, "Files")
    };
    let time = clamped(entry.time, latest);
    // Windows counts in steps of 100 ns.
    header.time = Time { nanos: time.nanos - time.nanos % 100, ..time };
    if matches!(entry.kind, Kind::Whiteout) {
        return header;
    }
    let (is_dir, attributes) = match &entry.kind {
        Kind::Directory => (true, attribute::DIRECTORY),
        Kind::Junction { .. } | Kind::Symlink { is_dir: true, .. } => {
            (true, attribute::DIRECTORY | attribute::REPARSE_POINT)
        }
        Kind::Symlink { .. } => (false, attribute::ARCHIVE | attribute::REPARSE_POINT),
        _ => (false, attribute::ARCHIVE),
    };
    let usual = || if is_dir { SecurityDescriptor::directory() } else { SecurityDescriptor::file() };
    let security = entry.security.clone().unwrap_or_else(usual);
    let time = format_time(header.time).into_bytes();
    header.records = BTreeMap::from([
        ("LIBARCHIVE.creationtime".to_owned(), time.clone()),
        ("MSWINDOWS.fileattr".to_owned(), (entry.attributes | attributes).to_string().into_bytes()),
        (RAW_SD.to_owned(), security.to_base64().into_bytes()),
        ("atime".to_owned(), time.clone()),
        ("ctime".to_owned(), time),
    ]);
    if matches!(entry.kind, Kind::Junction { .. }) {
        header.records.insert("MSWINDOWS.mountpoint".to_owned(), b"1".to_vec());
    }
    header
}

fn linux_header(entry: &Entry, latest: Option<Time>) -> Header {
    let mut header = skeleton(entry, "");
    if matches!(entry.kind, Kind::Directory) {
        header.name = if entry.path.is_empty() { b"./".to_vec() } else { format!("{}/", entry.path).into_bytes() };
    }
    // Docker's archives hold whole seconds and no bits for the kind.
    header.time = Time::at(clamped(entry.time, latest).seconds);
    header.mode = if entry.posix.mode == 0 { header.mode } else { entry.posix.mode } & 0o7777;
    (header.uid, header.gid) = (entry.posix.uid, entry.posix.gid);
    let xattrs = entry.posix.xattrs.iter();
    header.records = xattrs.map(|(name, value)| (format!("SCHILY.xattr.{name}"), value.clone())).collect();
    header
}

fn clamped(time: Time, latest: Option<Time>) -> Time {
    latest.map_or(time, |latest| time.min(latest))
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
