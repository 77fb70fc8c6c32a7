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
const HEAD: &str = "wbuild digests 1";
/// FAT counts in two seconds, the coarsest of the file systems.
const TICK: Duration = Duration::from_secs(2);

/// Digests by path; by default kept nowhere.
#[derive(Debug, Default)]
pub struct Digests {
    file: Option<PathBuf>,
    known: Mutex<HashMap<Box<str>, Known>>,
    changed: AtomicBool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    size: u64,
    modified: u128,
    created: u128,
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
        let mut lines: Vec<_> = known.iter().filter(|(path, known)| known.keep && !path.contains('\n')).collect();
        lines.sort_unstable_by_key(|(path, _)| *path);
        writeln!(out, "{HEAD}")?;
        for (path, known) in lines {
            for byte in known.digest {
                write!(out, "{byte:02x}")?;
            }
            writeln!(out, " {} {} {} {path}", known.size, known.modified, known.created)?;
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
        let Some(key) = path.to_str() else { return read(path, size, modified) };
        let time = modified.map_or(0, nanos);
        if let Some(digest) = self.recall(key, size, time, || born(path)) {
            return Ok(digest);
        }
        let began = SystemTime::now();
        let digest = read(path, size, modified)?;
        let keep = modified.is_some_and(|time| began.duration_since(time).is_ok_and(|age| age > TICK));
        let known =
            Known { size, modified: time, created: born(path), digest: to_bytes(&digest), keep, from_file: false };
        self.known.lock().expect("nothing panics while it is held").insert(key.into(), known);
        self.changed.fetch_or(keep, Ordering::Relaxed);
        Ok(digest)
    }

    fn recall(&self, key: &str, size: u64, modified: u128, born: impl FnOnce() -> u128) -> Option<Digest> {
        let known = *self.known.lock().expect("nothing panics while it is held").get(key)?;
        // The disk is asked for the time of birth only when there is something to compare it with.
        if known.size != size || known.modified != modified || known.created != born() {
            return None;
        }
        if !known.keep && known.from_file {
            self.keep(key);
        }
        Some(from_bytes(known.digest))
    }

    fn keep(&self, key: &str) {
        if let Some(known) = self.known.lock().expect("nothing panics while it is held").get_mut(key) {
            known.keep = true;
        }
    }
}

fn parse(text: impl BufRead) -> Option<HashMap<Box<str>, Known>> {
    let mut lines = text.lines();
    if lines.next()?.ok()? != HEAD {
        return None;
    }
    lines
        .map(|line| {
            let line = line.ok()?;
            let mut fields = line.splitn(5, ' ');
            let mut next = || fields.next();
            let digest = to_bytes(&format!("sha256:{}", next()?).parse().ok()?);
            let (size, modified, created) = (next()?.parse().ok()?, next()?.parse().ok()?, next()?.parse().ok()?);
            Some((next()?.into(), Known { size, modified, created, digest, keep: false, from_file: true }))
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

fn to_bytes(digest: &Digest) -> [u8; 32] {
    let hex = digest.hex().as_bytes();
    let nibble = |digit: u8| (digit as char).to_digit(16).expect("a digest has hexadecimal digits") as u8;
    std::array::from_fn(|at| nibble(hex[2 * at]) << 4 | nibble(hex[2 * at + 1]))
}

fn from_bytes(bytes: [u8; 32]) -> Digest {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}").parse().expect("64 hexadecimal digits are a digest")
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
