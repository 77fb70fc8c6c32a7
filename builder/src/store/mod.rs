//! Images on disk: an OCI layout, and the archives of OCI and Docker.

mod archive;
mod blob;
pub mod check;
mod content;
mod docker;
mod error;
pub mod export;
mod layout;
mod location;
pub mod rebase;
pub mod source;
pub mod writable;

pub use blob::{BlobWriter, Verified};
pub use docker::DockerImage;
pub use error::Error;
pub use layout::LayoutImage;
pub use location::{Location, LocationError};
pub use source::{Image, ImageSource, Root, Wanted};

use std::borrow::BorrowMut;
use std::collections::HashSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use program::replace::{new_in, replace};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::NamedTempFile;

use crate::image::{Descriptor, Digest, Index, to_json};
use crate::layer::{self, Entry, Written};

/// Names an image in the index of a layout.
pub const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// The file that says that a folder is a layout.
const MARKER: &str = "oci-layout";
const MARKER_TEXT: &str = "{\"imageLayoutVersion\":\"1.0.0\"}";
const INDEX: &str = "index.json";
/// What is ours in a layout, and no reader of layouts looks at: unfinished files, finished steps, indexes of layers.
const OWN: &str = ".wbuild";

/// A folder with an OCI layout. Several threads and processes may use it at once; a process that is killed leaves
/// nothing but unfinished files, which the next one removes.
#[derive(Clone, Debug)]
pub struct Store {
    root: Arc<Path>,
    /// Blobs that this process wrote, or read to their end, and found to be what their names say.
    intact: Arc<Mutex<HashSet<Digest>>>,
}

/// The image at a place on this machine, by its name.
///
/// # Errors
/// When the place cannot be read or has no such image, or is a registry.
pub fn open(location: &Location) -> Result<Box<dyn ImageSource>, Error> {
    match location {
        Location::OciLayout { path, name } => Ok(Box::new(Store::open(path)?.source(name.as_deref())?)),
        Location::OciArchive { path, name } => Ok(Box::new(LayoutImage::of_archive(path, name.as_deref())?)),
        Location::DockerArchive { path, name } => Ok(Box::new(DockerImage::open(path, name.as_deref())?)),
        Location::Registry { .. } => {
            let what = "is on another machine, where only the registry's client reads".to_owned();
            Err(Error::Unsupported { place: location.to_string(), what })
        }
    }
}

impl fmt::Display for Store {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "oci:{}", self.root.display())
    }
}

impl Store {
    /// Opens the layout in a folder to read or to write.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(root: &Path) -> Result<Self, Error> {
        let no_layout = |reason: String| Error::NoLayout { path: root.to_owned(), reason };
        if !root.is_dir() {
            return Err(no_layout("there is no such folder".to_owned()));
        }
        let marker = root.join(MARKER);
        let text = fs::read(&marker).map_err(|error| no_layout(format!("{MARKER}: {error}")))?;
        let marker: serde_json::Value =
            serde_json::from_slice(&text).map_err(|error| no_layout(format!("{MARKER}: {error}")))?;
        match marker.get("imageLayoutVersion").and_then(|version| version.as_str()) {
            Some(version) if version.starts_with("1.") => Ok(Store { root: root.into(), intact: Arc::default() }),
            _ => Err(no_layout(format!("{MARKER} does not say that it is of version 1"))),
        }
    }

    /// Opens the layout in a folder, which may be new or empty, and removes what killed processes left.
    ///
    /// # Errors
    /// When the folder holds something else, or cannot be written.
    pub fn create(root: &Path) -> Result<Self, Error> {
        let store = Store { root: root.into(), intact: Arc::default() };
        let marker = root.join(MARKER);
        Store::check_own(root)?;
        for folder in ["blobs/sha256", ".wbuild/tmp"] {
            let folder = root.join(folder);
            fs::create_dir_all(&folder).map_err(Error::io(&folder, "cannot be created"))?;
        }
        let _lock = store.lock()?;
        store.remove_unfinished();
        if !root.join(INDEX).exists() {
            store.replace_locked(&root.join(INDEX), &to_json(&Index::new(Vec::new())))?;
        }
        if !marker.exists() {
            store.replace_locked(&marker, MARKER_TEXT.as_bytes())?;
        }
        Store::open(root)
    }

    /// Refuses a folder that is no layout and has files of something else.
    fn check_own(root: &Path) -> Result<(), Error> {
        let others = fs::read_dir(root).into_iter().flatten().flatten();
        // Whoever was killed before the marker stood may have left folders of a layout.
        let is_foreign = |name: &std::ffi::OsStr| ![OWN, "blobs", INDEX].iter().any(|own| name == *own);
        if !root.join(MARKER).exists() && others.into_iter().any(|entry| is_foreign(&entry.file_name())) {
            let reason = "the folder has other files in it".to_owned();
            return Err(Error::NoLayout { path: root.to_owned(), reason });
        }
        Ok(())
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where a blob lies, or would.
    pub fn blob_path(&self, digest: &Digest) -> PathBuf {
        self.root.join("blobs/sha256").join(digest.hex())
    }

    /// Whether a blob is there.
    pub fn has(&self, digest: &Digest) -> bool {
        self.blob_path(digest).is_file()
    }

    /// Whether a blob is there as long as it should be; its bytes are checked when it is read.
    pub fn has_whole(&self, blob: &Descriptor) -> bool {
        let found = fs::metadata(self.blob_path(&blob.digest));
        found.is_ok_and(|found| found.is_file() && found.len() == blob.size)
    }

    /// A new blob.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn writer(&self) -> Result<BlobWriter, Error> {
        BlobWriter::new(self)
    }

    /// Keeps some bytes as a blob.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn put_bytes(&self, media_type: &str, bytes: &[u8]) -> Result<Descriptor, Error> {
        let mut writer = self.writer()?;
        writer.write_all(bytes).map_err(Error::io(&self.root, "cannot be written"))?;
        let (digest, size) = writer.commit(None)?;
        Ok(Descriptor::new(media_type, digest, size))
    }

    /// Keeps a document as a blob.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn put_json<T: Serialize>(&self, media_type: &str, document: &T) -> Result<Descriptor, Error> {
        self.put_bytes(media_type, &to_json(document))
    }

    /// Writes a layer as a blob; afterwards the entries are as the layer has them.
    ///
    /// # Errors
    /// As [`layer::write`] has them; a failing disk is one of them.
    pub fn put_layer<E: BorrowMut<Entry> + Sync>(
        &self,
        entries: &mut Vec<E>,
        options: &layer::Options,
    ) -> Result<Written, layer::WriteError> {
        let blob = self.writer().map_err(io::Error::other)?;
        let (packed, blob) = layer::write(entries, options, blob)?;
        let (digest, size) = blob.commit(None).map_err(io::Error::other)?;
        let descriptor = Descriptor::new(options.compression.media_type(), digest, size);
        Ok(Written { descriptor, diff_id: packed.diff_id, size: packed.size })
    }

    /// The index of the layout.
    ///
    /// # Errors
    /// When it cannot be read or is no index.
    pub fn index(&self) -> Result<Index, Error> {
        let path = self.root.join(INDEX);
        let bytes = fs::read(&path).map_err(Error::io(&path, "cannot be read"))?;
        let what = INDEX.to_owned();
        serde_json::from_slice(&bytes).map_err(|source| Error::Document { place: self.to_string(), what, source })
    }

    /// Changes the index while no other process does. `change` must not use the store.
    ///
    /// # Errors
    /// When it cannot be read or written; then it is as it was.
    pub fn update_index<T>(&self, change: impl FnOnce(&mut Index) -> T) -> Result<T, Error> {
        let _lock = self.lock()?;
        let before = self.index()?;
        let mut index = before.clone();
        let value = change(&mut index);
        if index != before {
            self.replace_locked(&self.root.join(INDEX), &to_json(&index))?;
        }
        Ok(value)
    }

    /// Gives an image a name, which is taken from the image that had it. Without a name the image is listed once.
    ///
    /// # Errors
    /// As [`update_index`](Self::update_index).
    pub fn tag(&self, name: Option<&str>, image: &Descriptor) -> Result<(), Error> {
        let mut image = image.clone();
        match name {
            Some(name) => image.annotations.insert(REF_NAME.to_owned(), name.to_owned()),
            None => image.annotations.remove(REF_NAME),
        };
        self.update_index(|index| {
            let same_name = |other: &Descriptor| {
                let theirs = other.annotations.get(REF_NAME).map(String::as_str);
                theirs == name && (name.is_some() || other.digest == image.digest)
            };
            match index.manifests.iter().position(same_name) {
                Some(at) => index.manifests[at] = image,
                None => index.manifests.push(image),
            }
        })
    }

    /// What is remembered of a finished step; `None` when nothing is, or what is cannot be read.
    pub fn step<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let bytes = fs::read(self.own(Path::new("steps").join(key))).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Remembers a finished step. The key is a digest's digits or the like: letters, digits and `-`.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn put_step<T: Serialize>(&self, key: &str, value: &T) -> Result<(), Error> {
        self.replace(&self.own(Path::new("steps").join(key)), &to_json(value))
    }

    /// A file of our own in the layout.
    pub(crate) fn own(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(OWN).join(path)
    }

    /// A new file under a name that nobody looks for, locked as long as it is written.
    pub(crate) fn temporary(&self) -> Result<NamedTempFile, Error> {
        let folder = self.own("tmp");
        let action = "cannot be written";
        fs::create_dir_all(&folder).map_err(Error::io(&folder, "cannot be created"))?;
        let _lock = self.lock()?;
        let file = new_in(&folder).map_err(Error::io(&folder, action))?;
        file.as_file().lock().map_err(Error::io(&folder, action))?;
        Ok(file)
    }

    /// Moves a whole file to its place.
    pub(crate) fn persist(&self, file: NamedTempFile, to: &Path) -> Result<(), Error> {
        // Closed first, for Windows; the store's lock keeps others from taking it for a leftover.
        let _lock = self.lock()?;
        rename(file, to)
    }

    /// Writes a file so that it is whole under its name, or not there.
    pub(crate) fn replace(&self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        let _lock = self.lock()?;
        self.replace_locked(path, bytes)
    }

    fn replace_locked(&self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        let folder = path.parent().expect("a file of the store is in a folder");
        fs::create_dir_all(folder).map_err(Error::io(folder, "cannot be created"))?;
        let write = || {
            let mut file = new_in(&self.own("tmp"))?;
            file.write_all(bytes)?;
            file.as_file().sync_data()?;
            Ok(file)
        };
        rename(write().map_err(Error::io(path, "cannot be written"))?, path)
    }

    /// Keeps other processes, and other threads, from changing the store.
    fn lock(&self) -> Result<File, Error> {
        let path = self.own("lock");
        let lock = || {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let file = File::options().create(true).truncate(false).write(true).open(&path)?;
            file.lock()?;
            Ok(file)
        };
        lock().map_err(Error::io(&path, "cannot be locked"))
    }

    /// Removes files that no process writes any more. What cannot be removed is left to the next one.
    fn remove_unfinished(&self) {
        for entry in fs::read_dir(self.own("tmp")).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_left = File::options().write(true).open(&path).is_ok_and(|file| file.try_lock().is_ok());
            if is_left {
                let _ = fs::remove_file(path);
            }
        }
    }
}

fn rename(file: NamedTempFile, to: &Path) -> Result<(), Error> {
    replace(file, to).map_err(Error::io(to, "cannot be written"))
}

#[cfg(test)]
mod tests;
