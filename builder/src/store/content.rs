//! The files inside a layer of the store, and the indexes of layers that are kept beside it.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

use super::{Error, Store};
use crate::image::{Digest, media_type::Encoding};
use crate::layer::decode::decode;
use crate::layer::{Flavor, Index, Ranges};

/// A layer of the store from which files are read.
struct LayerContent {
    store: Store,
    blob: Digest,
    state: Mutex<State>,
}

/// How the layer is read. Compressed ones are read forward; the first step back unpacks the whole of it once.
enum State {
    Closed,
    Forward { reader: Box<dyn Read + Send>, position: u64 },
    Unpacked(File),
}

impl Store {
    /// The files of a layer, to be put into another. Reading in the order in which they lie is cheapest.
    pub fn layer_content(&self, blob: &Digest) -> Arc<dyn Ranges> {
        Arc::new(LayerContent { store: self.clone(), blob: blob.clone(), state: Mutex::new(State::Closed) })
    }

    /// What a layer of the store has. The first time the layer is read to its end, and its digest and its diff id
    /// are checked; then its index is kept.
    ///
    /// # Errors
    /// When the blob is not there, is damaged or is no layer.
    pub fn layer_index(&self, blob: &Digest, diff_id: &Digest, flavor: Flavor) -> Result<Arc<Index>, Error> {
        let system = if flavor == Flavor::Windows { "windows" } else { "linux" };
        let path = self.own("layers").join(format!("{system}-{}", diff_id.hex()));
        if let Some(index) = fs::read(&path).ok().and_then(|bytes| Index::from_bytes(&bytes)) {
            return Ok(Arc::new(index));
        }
        let unreadable = |error: io::Error| match error.downcast::<Error>() {
            Ok(error) => error,
            Err(source) => Error::Io { path: self.blob_path(blob), action: "cannot be unpacked", source },
        };
        let (_, layer) = decode(self.open_blob(blob)?).map_err(unreadable)?;
        let (index, found) = Index::scan(layer, flavor).map_err(|error| match error {
            crate::layer::read::ReadError::Io { source, .. } => unreadable(source),
            error => unreadable(io::Error::new(io::ErrorKind::InvalidData, error)),
        })?;
        if found != *diff_id {
            let place = format!("{self}: the unpacked layer {}", blob.short());
            return Err(Error::DigestMismatch { place, expected: diff_id.clone(), found });
        }
        self.replace(&path, &index.to_bytes())?;
        Ok(Arc::new(index))
    }
}

impl LayerContent {
    fn open(&self) -> io::Result<(Encoding, Box<dyn Read + Send>)> {
        // Who reads a file out of the middle never comes to the end, where the bytes would be checked.
        self.store.check_blob(&self.blob).map_err(io::Error::other)?;
        decode(self.store.open_file(&self.blob).map_err(io::Error::other)?)
    }

    fn unpack(&self) -> io::Result<File> {
        let (encoding, mut reader) = self.open()?;
        if encoding == Encoding::None {
            return File::open(self.store.blob_path(&self.blob));
        }
        let mut file = tempfile::tempfile_in(self.store.own("tmp"))?;
        io::copy(&mut reader, &mut file)?;
        file.flush()?;
        Ok(file)
    }
}

impl Ranges for LayerContent {
    fn range(&self, offset: u64, size: u64) -> io::Result<Box<dyn Read + Send + '_>> {
        let mut state = self.state.lock().map_err(|_| io::Error::other("reading this layer failed before"))?;
        if let State::Closed = *state {
            let (encoding, reader) = self.open()?;
            *state = match encoding {
                Encoding::None => State::Unpacked(self.unpack()?),
                _ => State::Forward { reader, position: 0 },
            };
        }
        if let State::Forward { position, .. } = &*state
            && *position > offset
        {
            *state = State::Unpacked(self.unpack()?);
        }
        match &mut *state {
            State::Forward { reader, position } => {
                let skipped = io::copy(&mut reader.by_ref().take(offset - *position), &mut io::sink())?;
                *position += skipped;
                if *position < offset {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            State::Unpacked(file) => {
                file.seek(SeekFrom::Start(offset))?;
            }
            State::Closed => return Err(io::Error::other("the layer was closed while it was read")),
        }
        Ok(Box::new(Range { content: self, left: size, at: offset }))
    }
}

/// One file of a layer. Each read takes the layer for itself, and goes back to its place when another was read
/// in between.
struct Range<'a> {
    content: &'a LayerContent,
    left: u64,
    at: u64,
}

impl Read for Range<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let mut state = self.content.state.lock().map_err(|_| io::Error::other("reading this layer failed before"))?;
        if let State::Forward { position, .. } = &*state
            && *position != self.at
        {
            *state = State::Unpacked(self.content.unpack()?);
        }
        let count = match &mut *state {
            State::Forward { reader, position } => {
                let count = reader.read(&mut buffer[..most])?;
                *position += count as u64;
                count
            }
            State::Unpacked(file) => {
                file.seek(SeekFrom::Start(self.at))?;
                file.read(&mut buffer[..most])?
            }
            State::Closed => 0,
        };
        self.left -= count as u64;
        self.at += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use crate::layer::{Compression, Content, Entry, Options};
    use crate::progress::Bar;

    fn options(compression: Compression) -> Options {
        Options {
            flavor: Flavor::Windows,
            compression,
            latest: None,
            threads: NonZeroUsize::MIN,
            progress: Bar::default(),
        }
    }

    #[test]
    fn files_come_out_of_a_layer_in_any_order() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path()).unwrap();
        let text = |name: &str| name.repeat(10_000);
        for compression in [Compression::None, Compression::Gzip(1), Compression::Zstd(1)] {
            let entries = ["a", "b", "c"].map(|name| Entry::file(name, Content::bytes(text(name).into_bytes())));
            let layer = store.put_layer(&mut entries.to_vec(), &options(compression)).unwrap();
            let index = store.layer_index(&layer.descriptor.digest, &layer.diff_id, Flavor::Windows).unwrap();
            let source = store.layer_content(&layer.descriptor.digest);
            for name in ["a", "c", "b", "b", "a"] {
                let node = index.get(name).unwrap();
                let content = Content::Range { source: Arc::clone(&source), offset: node.offset, size: node.size };
                let mut read = Vec::new();
                let keep = |bytes: &[u8]| {
                    read.extend_from_slice(bytes);
                    Ok(())
                };
                content.read_into(&mut [0; 999], keep).unwrap();
                assert_eq!(String::from_utf8(read).unwrap(), text(name), "{compression:?}");
            }
        }
    }

    #[test]
    fn a_layer_that_was_damaged_after_its_index_was_made_is_noticed() {
        for compression in [Compression::None, Compression::Gzip(1), Compression::Zstd(1)] {
            let folder = tempfile::tempdir().unwrap();
            let store = Store::create(folder.path()).unwrap();
            let mut entries = vec![Entry::file("a", Content::bytes(*b"its bytes"))];
            let layer = store.put_layer(&mut entries, &options(compression)).unwrap();
            let index = store.layer_index(&layer.descriptor.digest, &layer.diff_id, Flavor::Windows).unwrap();
            let node = index.get("a").unwrap();
            // The last byte, which nobody comes to who reads that file.
            let path = store.blob_path(&layer.descriptor.digest);
            let mut bytes = fs::read(&path).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            fs::write(&path, bytes).unwrap();
            // Another run, which has not seen the blob yet.
            let store = Store::open(folder.path()).unwrap();
            let error = store.layer_content(&layer.descriptor.digest).range(node.offset, node.size).err().unwrap();
            assert!(matches!(error.downcast::<Error>().unwrap(), Error::Damaged { .. }), "{compression:?}");
        }
    }

    #[test]
    fn an_index_is_made_once_and_again_when_it_is_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path()).unwrap();
        let layer = store.put_layer(&mut vec![Entry::directory("a")], &options(Compression::default())).unwrap();
        let (blob, diff_id) = (&layer.descriptor.digest, &layer.diff_id);
        let index = store.layer_index(blob, diff_id, Flavor::Windows).unwrap();
        let kept = store.own("layers").join(format!("windows-{}", diff_id.hex()));
        fs::write(&kept, "damaged").unwrap();
        assert_eq!(store.layer_index(blob, diff_id, Flavor::Windows).unwrap(), index);
        fs::remove_file(store.blob_path(blob)).unwrap();
        assert_eq!(store.layer_index(blob, diff_id, Flavor::Windows).unwrap(), index);
        fs::remove_file(&kept).unwrap();
        assert!(matches!(store.layer_index(blob, diff_id, Flavor::Windows), Err(Error::Missing { .. })));
    }

    #[test]
    fn a_layer_with_another_diff_id_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path()).unwrap();
        let layer = store.put_layer(&mut vec![Entry::directory("a")], &options(Compression::default())).unwrap();
        let error = store.layer_index(&layer.descriptor.digest, &Digest::of(b""), Flavor::Windows).unwrap_err();
        assert!(matches!(error, Error::DigestMismatch { .. }));
    }
}
