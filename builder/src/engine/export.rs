//! Taking layers out of the engine.
//!
//! The API gives an image only whole (`GET /images/{id}/get`): every layer, the base's too, passes through here, and all
//! but the wanted ones are dropped. On Windows that is gigabytes, so it is done once, for all layers together.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use bytes::{Buf, Bytes};
use flate2::read::MultiGzDecoder;
use futures_util::stream::{Stream, StreamExt};

use crate::image::{Digest, Digester};
use crate::progress::counted;

use super::connection::Connection;
use super::error::EngineError;

/// A layer that came out of the engine: its bytes, uncompressed, in a file without a name.
pub struct Exported {
    /// The digest of the uncompressed layer.
    pub diff_id: Digest,
    /// The bytes, from the beginning.
    pub file: File,
    /// How many.
    pub size: u64,
}

/// A stream of the client as a reader.
struct Body<'a, S> {
    connection: &'a Connection,
    stream: S,
    rest: Bytes,
}

impl<S: Stream<Item = Result<Bytes, bollard::errors::Error>> + Unpin> Read for Body<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() {
            let stream = &mut self.stream;
            let next = self.connection.unless_interrupted(async { Ok(stream.next().await) });
            match self.connection.wait(next).map_err(io::Error::other)? {
                Some(Ok(bytes)) => self.rest = bytes,
                Some(Err(error)) => return Err(io::Error::other(error)),
                None => return Ok(0),
            }
        }
        let count = buffer.len().min(self.rest.len());
        self.rest.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}

impl Connection {
    /// Takes these layers out of an image.
    ///
    /// # Errors
    /// When the engine stops early, the disk is full, or the image does not have one of them.
    pub fn export(&self, image: &str, wanted: &[Digest], scratch: &Path) -> Result<Vec<Exported>, EngineError> {
        let doing = format!("taking {} out of the engine", counted(wanted.len(), "layer"));
        let mut missing: BTreeSet<Digest> = wanted.iter().cloned().collect();
        let stream = Box::pin(self.docker().export_image(image));
        let body = Body { connection: self, stream, rest: Bytes::new() };
        let found = pick(body, &mut missing, scratch);
        if self.interrupt().is_set() {
            return Err(EngineError::Interrupted);
        }
        let found = found.map_err(|source| failed(&doing, scratch, source))?;
        match missing.first() {
            None => Ok(found),
            Some(layer) => Err(EngineError::Unexpected { doing, what: format!("the image does not have {layer}") }),
        }
    }
}

/// What kept layers from being taken out: the disk speaks for itself, all else comes with the stream.
fn failed(doing: &str, scratch: &Path, source: io::Error) -> EngineError {
    match source.raw_os_error() {
        Some(_) => EngineError::File { path: scratch.to_owned(), source },
        None => EngineError::Lost { doing: doing.to_owned(), source: source.into() },
    }
}

/// Takes the wanted layers out of an exported image, in either form: a folder for each layer, or an OCI layout.
fn pick(archive: impl Read, missing: &mut BTreeSet<Digest>, scratch: &Path) -> io::Result<Vec<Exported>> {
    let mut found = Vec::new();
    let mut archive = tar::Archive::new(archive);
    for entry in archive.entries()? {
        let entry = entry?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let is_layer = entry.header().entry_type().is_file()
            && (path.ends_with("/layer.tar") || path.starts_with("blobs/sha256/"));
        if missing.is_empty() || !is_layer {
            continue;
        }
        // Engines with images of their own name a blob by the digest that is wanted; others do not tell before.
        if let Some(layer) = spool(entry, scratch, missing)? {
            missing.remove(&layer.diff_id);
            found.push(layer);
        }
    }
    Ok(found)
}

/// Writes a layer down while its digest is taken; gives it when it is wanted.
fn spool(mut entry: impl Read, scratch: &Path, wanted: &BTreeSet<Digest>) -> io::Result<Option<Exported>> {
    let mut magic = [0; 2];
    let mut read = 0;
    while read < magic.len() {
        match entry.read(&mut magic[read..])? {
            0 => break,
            count => read += count,
        }
    }
    let entry = Read::chain(&magic[..read], entry);
    let mut entry: Box<dyn Read + '_> =
        if magic == [0x1f, 0x8b] { Box::new(MultiGzDecoder::new(entry)) } else { Box::new(entry) };
    let mut file = tempfile::tempfile_in(scratch)?;
    let mut digester = Digester::default();
    let mut buffer = vec![0; 1 << 17];
    loop {
        let count = match entry.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            // A blob that only looks compressed is no layer.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Ok(None),
            Err(error) => return Err(error),
        };
        digester.update(&buffer[..count]);
        file.write_all(&buffer[..count])?;
    }
    let size = digester.size();
    let diff_id = digester.finish();
    file.seek(SeekFrom::Start(0))?;
    Ok(wanted.contains(&diff_id).then_some(Exported { diff_id, file, size }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_fails_is_no_broken_connection() {
        let scratch = tempfile::tempdir().unwrap();
        let gone = scratch.path().join("gone");
        let of_disk = spool(&b"x"[..], &gone, &BTreeSet::new()).map(drop).unwrap_err();
        assert!(matches!(failed("", &gone, of_disk), EngineError::File { path, .. } if path == gone));
        let cut = io::Error::other("cut");
        assert!(matches!(failed("", &gone, cut), EngineError::Lost { .. }));
    }

    fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, bytes) in entries {
            let mut header = tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            builder.append_data(&mut header, path, *bytes).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn text(mut layer: Exported) -> String {
        let mut text = String::new();
        layer.file.read_to_string(&mut text).unwrap();
        assert_eq!(layer.size, text.len() as u64);
        text
    }

    #[test]
    fn the_wanted_layers_are_taken_from_either_form() {
        let scratch = tempfile::tempdir().unwrap();
        let digest = Digest::of(b"new");
        let blob = format!("blobs/sha256/{}", digest.hex());
        for name in ["1f/layer.tar", blob.as_str()] {
            let archive =
                archive(&[("0a/layer.tar", b"base"), ("0a/json", b"new"), (name, b"new"), ("manifest.json", b"[]")]);
            let mut missing = BTreeSet::from([digest.clone()]);
            let found = pick(archive.as_slice(), &mut missing, scratch.path()).unwrap();
            assert!(missing.is_empty());
            assert_eq!(found.into_iter().map(text).collect::<Vec<_>>(), ["new"]);
        }
    }

    #[test]
    fn compressed_layers_are_known_by_what_is_in_them() {
        let scratch = tempfile::tempdir().unwrap();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"new").unwrap();
        let archive = archive(&[("blobs/sha256/ab", &gzip.finish().unwrap())]);
        let mut missing = BTreeSet::from([Digest::of(b"new")]);
        let found = pick(archive.as_slice(), &mut missing, scratch.path()).unwrap();
        assert_eq!(found.into_iter().map(text).collect::<Vec<_>>(), ["new"]);
    }

    #[test]
    fn an_archive_that_ends_early_is_an_error() {
        let scratch = tempfile::tempdir().unwrap();
        let archive = archive(&[("1f/layer.tar", &[7; 5000])]);
        let mut missing = BTreeSet::from([Digest::of(&[7; 5000])]);
        assert!(pick(&archive[..2000], &mut missing, scratch.path()).is_err());
    }
}
