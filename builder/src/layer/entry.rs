//! What stands in a layer: one entry for each path, and where a file's bytes are.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::SecurityDescriptor;

/// For which system a layer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavor {
    /// `Files/`, `Hives/`, attributes and security descriptors.
    Windows,
    /// Modes, owners and extended attributes.
    Linux,
}

/// One path of a layer.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Below the root of the image's drive, with `/` between the names, in its own spelling; empty is the root itself.
    /// A whiteout has the path that it removes.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// When it was last changed; the writer cuts it to what the format holds.
    pub time: Time,
    /// `FILE_ATTRIBUTE_*`. What follows from the kind (directory, archive, reparse point) need not be set.
    pub attributes: u32,
    /// Who owns it on Windows and who may do what; the writer has a usual one.
    pub security: Option<SecurityDescriptor>,
    /// Who owns it on Linux and who may do what.
    pub posix: Posix,
}

/// What an entry is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A folder.
    Directory,
    /// A file.
    File(Content),
    /// A link by path; on Windows with or without a drive, as Windows shows it.
    Symlink {
        /// Where it points.
        target: String,
        /// Whether a folder is there: on Windows the two are different things.
        is_dir: bool,
    },
    /// A folder that stands for another folder, by its whole path.
    Junction {
        /// Where it points, `C:\Users`.
        target: String,
    },
    /// Another name of a file in this layer or below.
    Hardlink {
        /// The path of that file, written as [`Entry::path`] is.
        target: String,
    },
    /// What layers below have under this path is gone.
    Whiteout,
    /// What layers below have in this folder is gone (Linux only: Windows does not see it).
    Opaque,
}

/// Owner, mode and extended attributes on Linux.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Posix {
    /// The permission bits; 0 is the usual 0755 or 0644.
    pub mode: u32,
    /// The owner.
    pub uid: u64,
    /// The group.
    pub gid: u64,
    /// Extended attributes.
    pub xattrs: BTreeMap<String, Vec<u8>>,
}

/// A point in time: seconds since 1970 and the nanoseconds after them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    /// Since 1970-01-01T00:00:00Z.
    pub seconds: i64,
    /// Below 1,000,000,000.
    pub nanos: u32,
}

impl Time {
    /// A whole second.
    pub const fn at(seconds: i64) -> Self {
        Time { seconds, nanos: 0 }
    }
}

impl From<SystemTime> for Time {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(UNIX_EPOCH) {
            Ok(after) => Time { seconds: after.as_secs().cast_signed(), nanos: after.subsec_nanos() },
            Err(error) => {
                let before = error.duration();
                let (seconds, nanos) = (before.as_secs().cast_signed(), before.subsec_nanos());
                match nanos {
                    0 => Time::at(-seconds),
                    _ => Time { seconds: -seconds - 1, nanos: 1_000_000_000 - nanos },
                }
            }
        }
    }
}

/// Where the bytes of a file are.
#[derive(Clone)]
pub enum Content {
    /// In memory.
    Bytes(Arc<[u8]>),
    /// In a file of this machine. That it is still the same file is checked while it is read.
    File {
        /// The file.
        path: HostPath,
        /// How long it was when it was found.
        size: u64,
        /// When it had been changed last.
        modified: Option<SystemTime>,
    },
    /// In another layer.
    Range {
        /// The uncompressed layer.
        source: Arc<dyn Ranges>,
        /// Where the file begins in it.
        offset: u64,
        /// How long it is.
        size: u64,
    },
}

/// A file of this machine, by a folder and its path from there: those of a folder share what is the same in them.
#[derive(Clone, Debug)]
pub struct HostPath {
    folder: Arc<Path>,
    below: Arc<str>,
}

impl HostPath {
    /// The file at a path below a folder, with `/` between the names.
    pub fn new(folder: Arc<Path>, below: Arc<str>) -> Self {
        HostPath { folder, below }
    }

    /// The whole path.
    pub fn to_path(&self) -> PathBuf {
        let mut path = PathBuf::with_capacity(self.folder.as_os_str().len() + 1 + self.below.len());
        path.push(&self.folder);
        // Joined name by name, so that Windows gets its own separators.
        path.extend(self.below.split('/').filter(|name| !name.is_empty()));
        path
    }
}

impl From<PathBuf> for HostPath {
    fn from(path: PathBuf) -> Self {
        HostPath { folder: path.into(), below: "".into() }
    }
}

/// Bytes of which any range can be read. The cheapest order is that of rising offsets.
pub trait Ranges: Send + Sync {
    /// Reads `size` bytes from `offset`.
    ///
    /// # Errors
    /// When the bytes cannot be read, or end before.
    fn range(&self, offset: u64, size: u64) -> io::Result<Box<dyn Read + Send + '_>>;
}

impl fmt::Debug for Content {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Content::Bytes(bytes) => write!(out, "Bytes({})", bytes.len()),
            Content::File { path, size, .. } => write!(out, "File({}, {size})", path.to_path().display()),
            Content::Range { offset, size, .. } => write!(out, "Range({offset}, {size})"),
        }
    }
}

/// A file that is not what it was when it was found.
#[derive(Debug, thiserror::Error)]
#[error("{} changed while it was read: {what}", path.display())]
pub struct Changed {
    /// The file.
    pub path: PathBuf,
    /// In what it differs.
    pub what: String,
}

impl Content {
    /// Bytes in memory.
    pub fn bytes(bytes: impl Into<Arc<[u8]>>) -> Self {
        Content::Bytes(bytes.into())
    }

    /// How long the file is.
    pub fn size(&self) -> u64 {
        match self {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::File { size, .. } | Content::Range { size, .. } => *size,
        }
    }

    /// Gives all bytes to `sink`, in pieces.
    ///
    /// # Errors
    /// When they cannot be read, are more or fewer than [`size`](Self::size) says ([`Changed`] inside), or when the
    /// sink fails.
    pub fn read_into(&self, buffer: &mut [u8], mut sink: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        match self {
            Content::Bytes(bytes) => sink(bytes),
            Content::Range { source, offset, size } => {
                let mut reader = source.range(*offset, *size)?;
                let mut left = *size;
                while left > 0 {
                    let most = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                    let count = read_some(&mut reader, &mut buffer[..most])?;
                    if count == 0 {
                        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the layer ends inside the file"));
                    }
                    sink(&buffer[..count])?;
                    left -= count as u64;
                }
                Ok(())
            }
            Content::File { path, size, modified } => {
                let path = &path.to_path();
                let changed = |what: String| io::Error::other(Changed { path: path.clone(), what });
                let mut file = File::open(path)
                    .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
                let mut seen = 0;
                loop {
                    let count = read_some(&mut file, buffer)?;
                    if count == 0 {
                        break;
                    }
                    seen += count as u64;
                    if seen > *size {
                        return Err(changed(format!("it had {size} bytes and now has more")));
                    }
                    sink(&buffer[..count])?;
                }
                if seen < *size {
                    return Err(changed(format!("it had {size} bytes and now has {seen}")));
                }
                same_time(path, *modified, file.metadata())
            }
        }
    }

    /// Checks that a file is still what it was when it was found, for those who read it other than by
    /// [`read_into`](Self::read_into), once they are through.
    ///
    /// # Errors
    /// When it is not ([`Changed`] inside), or is no longer there.
    pub fn check_unchanged(&self) -> io::Result<()> {
        let Content::File { path, size, modified } = self else { return Ok(()) };
        let path = &path.to_path();
        let now = std::fs::metadata(path)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
        if now.len() != *size {
            let what = format!("it had {size} bytes and now has {}", now.len());
            return Err(io::Error::other(Changed { path: path.clone(), what }));
        }
        same_time(path, *modified, Ok(now))
    }
}

fn same_time(path: &Path, before: Option<SystemTime>, now: io::Result<Metadata>) -> io::Result<()> {
    match (before, now.and_then(|now| now.modified())) {
        (Some(before), Ok(now)) if before != now => {
            let what = "its time of change is another".to_owned();
            Err(io::Error::other(Changed { path: path.to_owned(), what }))
        }
        _ => Ok(()),
    }
}

fn read_some(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

impl Entry {
    /// An entry with nothing but its path and kind.
    pub fn new(path: impl Into<String>, kind: Kind) -> Self {
        Entry { path: path.into(), kind, time: Time::default(), attributes: 0, security: None, posix: Posix::default() }
    }

    /// A folder.
    pub fn directory(path: impl Into<String>) -> Self {
        Entry::new(path, Kind::Directory)
    }

    /// A file.
    pub fn file(path: impl Into<String>, content: Content) -> Self {
        Entry::new(path, Kind::File(content))
    }

    /// The same entry with another time.
    #[must_use]
    pub fn at(mut self, time: Time) -> Self {
        self.time = time;
        self
    }

    /// The same entry with another security descriptor.
    #[must_use]
    pub fn secured(mut self, security: SecurityDescriptor) -> Self {
        self.security = Some(security);
        self
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn read(content: &Content) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        content.read_into(&mut [0; 4], |bytes| {
            all.extend_from_slice(bytes);
            Ok(())
        })?;
        Ok(all)
    }

    #[test]
    fn a_file_that_changes_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, "0123456789").unwrap();
        let modified = std::fs::metadata(&path).unwrap().modified().ok();
        let content = |size, modified| Content::File { path: path.clone().into(), size, modified };
        assert_eq!(read(&content(10, modified)).unwrap(), b"0123456789");
        for (size, modified) in [(9, modified), (11, modified), (10, Some(UNIX_EPOCH))] {
            let error = read(&content(size, modified)).unwrap_err();
            let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Changed>()).unwrap();
            assert_eq!(inner.path, path);
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let content = Content::File { path: PathBuf::from("no/such/file").into(), size: 1, modified: None };
        assert!(read(&content).unwrap_err().to_string().contains("no/such/file"));
    }

    #[test]
    fn times_before_1970_have_positive_nanoseconds() {
        let time = Time::from(UNIX_EPOCH - Duration::from_millis(1_500));
        assert_eq!(time, Time { seconds: -2, nanos: 500_000_000 });
        assert_eq!(Time::from(UNIX_EPOCH - Duration::from_secs(2)), Time::at(-2));
    }
}
