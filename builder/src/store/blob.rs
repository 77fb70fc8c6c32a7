//! Blobs of a store: written under another name until they are whole, and checked while they are read.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::PathBuf;
use std::sync::{MutexGuard, PoisonError};

use tempfile::NamedTempFile;

use super::{Error, Store};
use crate::image::{Digest, Digester};

/// A blob that is being written. Dropped without [`commit`](BlobWriter::commit), it leaves nothing.
pub struct BlobWriter {
    store: Store,
    file: NamedTempFile,
    digester: Digester,
}

impl BlobWriter {
    pub(super) fn new(store: &Store) -> Result<Self, Error> {
        Ok(BlobWriter { store: store.clone(), file: store.temporary()?, digester: Digester::default() })
    }

    /// How many bytes it has so far.
    pub const fn size(&self) -> u64 {
        self.digester.size()
    }

    /// Gives the blob its name. A blob that is already there stays as it is, unless its bytes are others.
    ///
    /// # Errors
    /// When the bytes are not those of `expected`, or the disk fails; then the store has no such blob.
    pub fn commit(self, expected: Option<&Digest>) -> Result<(Digest, u64), Error> {
        let BlobWriter { store, file, digester } = self;
        let size = digester.size();
        let digest = digester.finish();
        if let Some(expected) = expected.filter(|expected| **expected != digest) {
            return Err(Error::DigestMismatch { place: store.to_string(), expected: expected.clone(), found: digest });
        }
        let path = store.blob_path(&digest);
        let here = fs::metadata(&path).is_ok_and(|metadata| metadata.len() == size) && store.is_intact(&digest);
        if !here {
            // After a power failure the name must not stand for half a blob.
            file.as_file().sync_data().map_err(Error::io(file.path(), "cannot be written"))?;
            store.persist(file, &path)?;
        }
        store.intact().insert(digest.clone());
        Ok((digest, size))
    }
}

impl Write for BlobWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.digester.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Reads bytes and, at their end, checks that they are those of a digest and as many as they should be.
pub struct Verified<R> {
    inner: R,
    digester: Option<Digester>,
    expected: Digest,
    size: Option<u64>,
    place: String,
    /// The file of the store that it is, which can be had again.
    file: Option<PathBuf>,
}

impl<R: Read> Verified<R> {
    /// Checks what `inner` gives. `place` says in errors where it lies.
    pub fn new(inner: R, expected: Digest, size: Option<u64>, place: impl Into<String>) -> Self {
        Verified { inner, digester: Some(Digester::default()), expected, size, place: place.into(), file: None }
    }

    fn check(&mut self) -> io::Result<()> {
        let Some(digester) = self.digester.take() else { return Ok(()) };
        let seen = digester.size();
        let found = digester.finish();
        let (place, digest) = (self.place.clone(), self.expected.clone());
        let error = match (self.size, self.file.take()) {
            (Some(expected), _) if expected != seen => Error::SizeMismatch { place, digest, expected, found: seen },
            _ if found == digest => return Ok(()),
            (_, Some(path)) => Error::Damaged { path, found },
            (_, None) => Error::DigestMismatch { place, expected: digest, found },
        };
        Err(io::Error::new(io::ErrorKind::InvalidData, error))
    }
}

impl<R: Read> Read for Verified<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let count = self.inner.read(buffer)?;
        match &mut self.digester {
            Some(digester) if count > 0 => digester.update(&buffer[..count]),
            _ if count == 0 => self.check()?,
            _ => {}
        }
        Ok(count)
    }
}

impl Store {
    /// Reads a blob; the last read fails when its bytes are not those of its name.
    ///
    /// # Errors
    /// When it is not there or cannot be opened.
    pub fn open_blob(&self, digest: &Digest) -> Result<Verified<BufReader<File>>, Error> {
        let verified = Verified::new(self.open_file(digest)?, digest.clone(), None, self.to_string());
        Ok(Verified { file: Some(self.blob_path(digest)), ..verified })
    }

    /// Checks once in a process that the bytes of a blob are those of its name, for who then reads only a part of it.
    ///
    /// # Errors
    /// When it is not there, cannot be read or is damaged.
    pub(crate) fn check_blob(&self, digest: &Digest) -> Result<(), Error> {
        if self.intact().contains(digest) {
            return Ok(());
        }
        let mut blob = self.open_blob(digest)?;
        io::copy(&mut blob, &mut io::sink()).map_err(|error| match error.downcast::<Error>() {
            Ok(error) => error,
            Err(source) => Error::Io { path: self.blob_path(digest), action: "cannot be read", source },
        })?;
        self.intact().insert(digest.clone());
        Ok(())
    }

    fn intact(&self) -> MutexGuard<'_, HashSet<Digest>> {
        self.intact.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the bytes of a blob are those of its name.
    fn is_intact(&self, digest: &Digest) -> bool {
        self.open_blob(digest).is_ok_and(|mut blob| io::copy(&mut blob, &mut io::sink()).is_ok())
    }

    pub(super) fn open_file(&self, digest: &Digest) -> Result<BufReader<File>, Error> {
        let path = self.blob_path(digest);
        let file = File::open(&path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => Error::Missing { place: self.to_string(), digest: digest.clone() },
            _ => Error::Io { path: path.clone(), action: "cannot be read", source },
        })?;
        Ok(BufReader::with_capacity(256 << 10, file))
    }
}
