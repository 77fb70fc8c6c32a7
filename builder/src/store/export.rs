//! Writing archives of images: an OCI layout in a tar, and what `docker load` takes. The same image gives the same
//! bytes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::NamedTempFile;

use super::source::{self, Image, ImageSource, Root, of_reading};
use super::{Error, INDEX, MARKER, MARKER_TEXT, REF_NAME, new_in, rename, writable};
use crate::image::{Descriptor, Digest, Digester, Index, to_json};
use crate::layer::decode::decode;
use crate::layer::header::{BLOCK, Header};
use crate::progress::counted;

/// Everything that is at a place, each blob once and before what names it.
///
/// # Errors
/// When a document cannot be read.
pub fn blobs(source: &dyn ImageSource) -> Result<Vec<Descriptor>, Error> {
    let mut found: Vec<Descriptor> = Vec::new();
    let mut add = |blob: &Descriptor| {
        if found.iter().all(|other| other.digest != blob.digest) {
            found.push(blob.clone());
        }
    };
    let mut add_image = |image: &Image| {
        image.manifest.layers.iter().for_each(&mut add);
        add(&image.manifest.config);
        add(&image.descriptor);
    };
    match source::root(source)? {
        Root::Image(image) => add_image(&image),
        Root::Index(descriptor, index) => {
            for image in &index.manifests {
                add_image(&source::image(source, image.clone())?);
            }
            add(&descriptor);
        }
    }
    Ok(found)
}

/// Writes what is at a place into an `oci-archive`, under these names.
///
/// # Errors
/// When a blob cannot be read or the file cannot be written; then there is no file, or the one that was there.
pub fn write_oci_archive(source: &dyn ImageSource, names: &[String], path: &Path) -> Result<(), Error> {
    let root = source.root()?;
    let mut blobs = blobs(source)?;
    blobs.sort_by(|left, right| left.digest.cmp(&right.digest));
    let named = |name: &String| {
        let mut root = root.clone();
        root.annotations.insert(REF_NAME.to_owned(), name.clone());
        root
    };
    let roots = if names.is_empty() { vec![root.clone()] } else { names.iter().map(named).collect() };
    let mut tar = Tar::create(path)?;
    tar.file(MARKER, MARKER_TEXT.as_bytes())?;
    tar.file(INDEX, &to_json(&Index::new(roots)))?;
    tar.header("blobs/", b'5', 0)?;
    tar.header("blobs/sha256/", b'5', 0)?;
    for blob in &blobs {
        tar.header(&format!("blobs/sha256/{}", blob.digest.hex()), b'0', blob.size)?;
        let mut reader = source.open(blob)?;
        let size = tar.copy(&mut reader, |error| of_reading(error, source, &blob.digest))?;
        tar.pad(size)?;
    }
    tar.finish()
}

/// An entry of `manifest.json`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Saved<'a> {
    config: String,
    repo_tags: &'a [String],
    layers: Vec<String>,
}

/// Writes one image into a `docker-archive`, under these names (`NAME:TAG`). Its layers are unpacked, as `docker save`
/// has them.
///
/// # Errors
/// When a blob cannot be read, a layer is not what the config says, or the file cannot be written; then there is no
/// file, or the one that was there.
pub fn write_docker_archive(
    source: &dyn ImageSource,
    image: &Image,
    names: &[String],
    path: &Path,
) -> Result<(), Error> {
    let (layers, diff_ids) = (&image.manifest.layers, &image.config.rootfs.diff_ids);
    if layers.len() != diff_ids.len() {
        let (layers, diff_ids) = (counted(layers.len(), "layer"), diff_ids.len());
        let what = format!("the manifest has {layers} and the config names {diff_ids}; build or pull it again");
        return Err(Error::Unsupported { place: source.place(), what });
    }
    let mut tar = Tar::create(path)?;
    let config = format!("{}.json", image.manifest.config.digest.hex());
    tar.file(&config, &source::read(source, &image.manifest.config)?)?;
    let mut members: BTreeMap<&Digest, String> = BTreeMap::new();
    for (layer, diff_id) in layers.iter().zip(diff_ids) {
        let member = format!("{}.tar", diff_id.hex());
        if members.insert(diff_id, member.clone()).is_none() {
            tar.unpacked(&member, source, layer, diff_id)?;
        }
    }
    let layers = diff_ids.iter().filter_map(|diff_id| members.get(diff_id).cloned());
    let saved = Saved { config, repo_tags: names, layers: layers.collect() };
    tar.file("manifest.json", &to_json(&[saved]))?;
    tar.finish()
}

/// A tar that gets its name when it is whole.
struct Tar<'p> {
    out: BufWriter<NamedTempFile>,
    path: &'p Path,
    /// The file itself, where the path is a link.
    target: PathBuf,
}

impl<'p> Tar<'p> {
    fn create(path: &'p Path) -> Result<Self, Error> {
        let target = writable::followed(path);
        let folder = writable::folder_of(&target);
        let file = new_in(folder).map_err(Error::io(path, "cannot be written"))?;
        Ok(Tar { out: BufWriter::with_capacity(256 << 10, file), path, target })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.out.write_all(bytes).map_err(Error::io(self.path, "cannot be written"))
    }

    fn header(&mut self, name: &str, kind: u8, size: u64) -> Result<(), Error> {
        let mode = if kind == b'5' { 0o755 } else { 0o644 };
        self.write(&Header { name: name.into(), kind, size, mode, ..Header::default() }.encode())
    }

    fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        self.header(name, b'0', bytes.len() as u64)?;
        self.write(bytes)?;
        self.pad(bytes.len() as u64)
    }

    fn pad(&mut self, size: u64) -> Result<(), Error> {
        let padding = usize::try_from(size.next_multiple_of(BLOCK as u64) - size).expect("shorter than a block");
        self.write(&[0; BLOCK][..padding])
    }

    /// Writes all that `reader` has; `unread` makes the error of a read that fails.
    fn copy(&mut self, reader: &mut dyn Read, unread: impl FnOnce(io::Error) -> Error) -> Result<u64, Error> {
        let mut buffer = vec![0; 256 << 10];
        let mut size = 0;
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => return Ok(size),
                Ok(count) => {
                    self.write(&buffer[..count])?;
                    size += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(unread(error)),
            }
        }
    }

    /// A layer without its compression. Its size is known when it is through, and goes into the header then.
    fn unpacked(
        &mut self,
        name: &str,
        source: &dyn ImageSource,
        layer: &Descriptor,
        diff_id: &Digest,
    ) -> Result<(), Error> {
        let position = |out: &mut BufWriter<NamedTempFile>| out.stream_position();
        let unwritten = |path: &Path| Error::io(path, "cannot be written");
        let at = position(&mut self.out).map_err(unwritten(self.path))?;
        // A size that needs no record, so that the header has its length before its content is known.
        self.header(name, b'0', 0)?;
        let mut digester = Digester::default();
        let unread = |error| of_reading(error, source, &layer.digest);
        let (_, reader) = decode(source.open(layer)?).map_err(unread)?;
        let size = self.copy(&mut Tee { reader, digester: &mut digester }, unread)?;
        let found = digester.finish();
        if found != *diff_id {
            let place = format!("{}: the unpacked layer {}", source.place(), layer.digest.short());
            return Err(Error::DigestMismatch { place, expected: diff_id.clone(), found });
        }
        self.pad(size)?;
        let header = Header { name: name.into(), kind: b'0', size, mode: 0o644, ..Header::default() }.encode();
        if header.len() != BLOCK {
            let what = format!("the layer {} is larger than 8 GiB, more than such an archive can hold", layer.digest);
            return Err(Error::Unsupported { place: self.path.display().to_string(), what });
        }
        let mut rewrite = || {
            let end = position(&mut self.out)?;
            self.out.seek(SeekFrom::Start(at))?;
            self.out.write_all(&header)?;
            self.out.seek(SeekFrom::Start(end)).map(drop)
        };
        rewrite().map_err(unwritten(self.path))
    }

    fn finish(mut self) -> Result<(), Error> {
        self.write(&[0; 2 * BLOCK])?;
        let path = self.path;
        let file = self.out.into_inner().map_err(|error| Error::io(path, "cannot be written")(error.into_error()))?;
        let sync: fn(&File) -> io::Result<()> = File::sync_data;
        sync(file.as_file()).map_err(Error::io(path, "cannot be written"))?;
        rename(file, &self.target)
    }
}

/// Digests what it reads.
struct Tee<'d, R> {
    reader: R,
    digester: &'d mut Digester,
}

impl<R: Read> Read for Tee<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.digester.update(&buffer[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{ImageConfig, Manifest, Platform};
    use crate::store::Store;

    /// Fails at its first read.
    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }

    #[test]
    fn a_failing_archive_is_not_blamed_on_the_image_nor_the_other_way_round() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.tar");
        // Writing through a handle that only reads fails, with another error than that of a full disk.
        let (file, temporary) = NamedTempFile::new_in(folder.path()).unwrap().into_parts();
        drop(file);
        let file = File::open(&temporary).unwrap();
        let out = BufWriter::with_capacity(1, NamedTempFile::from_parts(file, temporary));
        let mut tar = Tar { out, path: &path, target: path.clone() };
        let unread = |source| Error::Io { path: "the image".into(), action: "cannot be read", source };
        let failed = |error| match error {
            Error::Io { path, action, .. } => (path, action),
            other => panic!("{other}"),
        };
        let written = tar.copy(&mut &b"some bytes"[..], unread).unwrap_err();
        assert_eq!(failed(written), (path.clone(), "cannot be written"));
        let read = tar.copy(&mut Broken, unread).unwrap_err();
        assert_eq!(failed(read), ("the image".into(), "cannot be read"));
    }

    #[test]
    fn a_docker_archive_leaves_no_layer_out() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("store")).unwrap();
        let layers = [&b"one"[..], b"two"].map(|bytes| store.put_bytes("x/y", bytes).unwrap());
        let mut config = ImageConfig::empty(Platform::new("windows", "amd64"));
        config.rootfs.diff_ids = vec![layers[0].digest.clone()];
        let stored = store.put_bytes("x/y", &to_json(&config)).unwrap();
        let manifest = Manifest::new(stored.clone(), layers.to_vec());
        store.tag(None, &stored).unwrap();
        let source = store.source(None).unwrap();
        let mut image = Image { descriptor: stored, manifest, config };
        let path = folder.path().join("out.tar");
        let error = write_docker_archive(&source, &image, &[], &path).unwrap_err().to_string();
        assert!(error.contains("has 2 layers and the config names 1"), "{error}");
        assert!(!path.exists());
        image.config.rootfs.diff_ids.push(layers[1].digest.clone());
        write_docker_archive(&source, &image, &[], &path).unwrap();
    }
}
