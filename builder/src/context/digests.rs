//! The digests of files, kept between builds: a file that has its size and its times still is taken for unchanged.
//!
//! A file that was changed in the last moments before it was read is not kept, because another change in the same tick of
//! the clock could not be told from it.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use program::replace::{new_in, replace};

use crate::image::{Digest, Digester};

use super::{ContextError, Node, NodeKind};

/// The first line of the file; another version is not read.
const HEAD: &str = "wbuild digests 2";
/// FAT counts in two seconds, the coarsest of the file systems.
const TICK: Duration = Duration::from_secs(2);

/// Digests by path; by default kept nowhere.
#[derive(Debug, Default)]
pub struct Digests {
    file: Option<PathBuf>,
    known: Mutex<HashMap<Name, Known>>,
    changed: AtomicBool,
}

/// Stands for a path: its digest, cut where no two paths have the same. There may be very many.
type Name = [u8; 16];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    /// Stands for its size, and when it was changed and made.
    stamp: Name,
    digest: [u8; 32],
    /// Asked for in this run, and so long unchanged that the next run may believe it.
    keep: bool,
    /// Known from an earlier run.
    from_file: bool,
}

impl Digests {
    /// The digests kept in a file. One that cannot be read is as good as empty.
    pub fn open(file: &Path) -> Self {
        let known = File::open(file).ok().and_then(|file| parse(BufReader::new(file))).unwrap_or_default();
        Digests { file: Some(file.to_owned()), known: Mutex::new(known), changed: AtomicBool::new(false) }
    }

    /// Writes the digests that were asked for, if something has changed.
    ///
    /// # Errors
    /// When the file cannot be written; the old one is still there then.
    pub fn save(&self) -> io::Result<()> {
        let Some(file) = self.file.as_ref().filter(|_| self.changed.load(Ordering::Relaxed)) else { return Ok(()) };
        let folder = file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut new = BufWriter::new(new_in(folder)?);
        self.write(&mut new)?;
        replace(new.into_inner().map_err(io::IntoInnerError::into_error)?, file)
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let known = self.known.lock().expect("nothing panics while it is held");
        let mut names: Vec<&Name> = known.iter().filter(|(_, known)| known.keep).map(|(name, _)| name).collect();
        names.sort_unstable();
        writeln!(out, "{HEAD}")?;
        for name in names {
            let Known { stamp, digest, .. } = &known[name];
            writeln!(out, "{} {} {}", hex(digest), hex(stamp), hex(name))?;
        }
        Ok(())
    }

    /// The digest of the file at `path`, which was found as `node`.
    ///
    /// # Errors
    /// When it cannot be read, or is not as it was found.
    pub fn of(&self, path: &Path, node: &Node) -> Result<Digest, ContextError> {
        let NodeKind::File { size, modified } = node.kind else {
            return Err(ContextError::read(path, io::Error::other("it is no file")));
        };
        let Some(text) = path.to_str() else { return read(path, size, modified) };
        let name = name(text);
        let stamp = || stamp_of(size, modified, path);
        if let Some(digest) = self.recall(&name, stamp) {
            return Ok(digest);
        }
        let began = SystemTime::now();
        let digest = read(path, size, modified)?;
        let keep = modified.is_some_and(|time| began.duration_since(time).is_ok_and(|age| age > TICK));
        let known = Known { stamp: stamp(), digest: to_bytes(digest.hex()), keep, from_file: false };
        self.known.lock().expect("nothing panics while it is held").insert(name, known);
        self.changed.fetch_or(keep, Ordering::Relaxed);
        Ok(digest)
    }

    fn recall(&self, name: &Name, stamp: impl FnOnce() -> Name) -> Option<Digest> {
        let known = *self.known.lock().expect("nothing panics while it is held").get(name)?;
        // The disk is asked for the time of birth only when there is something to compare it with.
        if known.stamp != stamp() {
            return None;
        }
        if !known.keep && known.from_file {
            self.keep(name);
        }
        Some(from_bytes(known.digest))
    }

    fn keep(&self, name: &Name) {
        if let Some(known) = self.known.lock().expect("nothing panics while it is held").get_mut(name) {
            known.keep = true;
        }
    }
}

fn parse(text: impl BufRead) -> Option<HashMap<Name, Known>> {
    let mut lines = text.lines();
    if lines.next()?.ok()? != HEAD {
        return None;
    }
    lines
        .map(|line| {
            let line = line.ok()?;
            let mut fields =
                line.split(' ').map(|field| field.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(field));
            let mut next = |length: usize| fields.next()?.filter(|field| field.len() == length);
            let (digest, stamp) = (to_bytes(next(64)?), to_bytes(next(32)?));
            Some((to_bytes(next(32)?), Known { stamp, digest, keep: false, from_file: true }))
        })
        .collect()
}

/// When the file came to be; 0 where the file system does not say.
fn born(path: &Path) -> u128 {
    fs::symlink_metadata(path).and_then(|metadata| metadata.created()).map_or(0, nanos)
}

fn nanos(time: SystemTime) -> u128 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos())
}

fn name(path: &str) -> Name {
    cut(&Digest::of(path.as_bytes()))
}

fn stamp_of(size: u64, modified: Option<SystemTime>, path: &Path) -> Name {
    cut(&Digest::of(format!("{size} {} {}", modified.map_or(0, nanos), born(path)).as_bytes()))
}

fn cut(digest: &Digest) -> Name {
    to_bytes(&digest.hex()[..32])
}

/// The bytes of so many hexadecimal digits.
fn to_bytes<const LENGTH: usize>(hex: &str) -> [u8; LENGTH] {
    let nibble = |digit: u8| (digit as char).to_digit(16).expect("the digits are hexadecimal") as u8;
    std::array::from_fn(|at| nibble(hex.as_bytes()[2 * at]) << 4 | nibble(hex.as_bytes()[2 * at + 1]))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |hex, byte| hex + &format!("{byte:02x}"))
}

fn from_bytes(bytes: [u8; 32]) -> Digest {
    format!("sha256:{}", hex(&bytes)).parse().expect("64 hexadecimal digits are a digest")
}

fn read(path: &Path, size: u64, modified: Option<SystemTime>) -> Result<Digest, ContextError> {
    let failed = |error| ContextError::read(path, error);
    let mut file = File::open(path).map_err(failed)?;
    let mut digester = Digester::default();
    let mut buffer = vec![0; usize::try_from(size.clamp(1, 128 * 1024)).expect("it is small")];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => digester.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(error)),
        }
    }
    let now = file.metadata().map_err(failed)?.modified().ok();
    if digester.size() != size || modified.is_some() && now != modified {
        return Err(ContextError::Changed { path: path.to_owned() });
    }
    Ok(digester.finish())
}
