//! Images of an OCI layout, in a folder or in a tar.

use std::io::{BufReader, Read};
use std::path::Path;

use super::archive::Archive;
use super::source::{ImageSource, MAX_DOCUMENT};
use super::{Error, INDEX, MARKER, REF_NAME, Store, Verified};
use crate::image::{Descriptor, Digest, Index, media_type, to_json};

/// An image, or an index, in an OCI layout.
#[derive(Clone, Debug)]
pub struct LayoutImage {
    blobs: Blobs,
    root: Descriptor,
    /// The layout's own index when no image was named and there are several: it is no blob.
    whole: Option<Vec<u8>>,
}

/// Where the blobs of a layout are.
#[derive(Clone, Debug)]
enum Blobs {
    Folder(Store),
    Tar(Archive),
}

impl Blobs {
    fn place(&self) -> String {
        match self {
            Blobs::Folder(store) => store.to_string(),
            Blobs::Tar(archive) => format!("oci-archive:{}", archive.path().display()),
        }
    }

    fn open(&self, digest: &Digest) -> Result<Box<dyn Read + Send>, Error> {
        match self {
            Blobs::Folder(store) => Ok(Box::new(store.open_file(digest)?)),
            Blobs::Tar(archive) => match archive.member(&format!("blobs/sha256/{}", digest.hex()))? {
                Some((section, _)) => Ok(Box::new(BufReader::with_capacity(256 << 10, section))),
                None => Err(Error::Missing { place: self.place(), digest: digest.clone() }),
            },
        }
    }

    /// The image that has this name, or this digest; without a name the only one.
    fn find(self, index: Index, name: Option<&str>) -> Result<LayoutImage, Error> {
        let place = self.place();
        if let Some(root) = find(&index, name, &place)? {
            return Ok(LayoutImage { blobs: self, root, whole: None });
        }
        let Some(name) = name else {
            let bytes = to_json(&Index { media_type: Some(media_type::INDEX.to_owned()), ..index });
            let root = Descriptor::new(media_type::INDEX, Digest::of(&bytes), bytes.len() as u64);
            return Ok(LayoutImage { blobs: self, root, whole: Some(bytes) });
        };
        // An image of a nested index is in no index of the layout.
        let root = name.parse().ok().map(|digest| self.descriptor_of(&digest));
        match root {
            Some(Ok(root)) => Ok(LayoutImage { blobs: self, root, whole: None }),
            Some(Err(Error::Missing { .. })) | None => Err(no_such_name(&index, name, place)),
            Some(Err(error)) => Err(error),
        }
    }

    /// The descriptor of a manifest or an index that lies in the layout as a blob.
    fn descriptor_of(&self, digest: &Digest) -> Result<Descriptor, Error> {
        let mut bytes = Vec::new();
        let place = self.place();
        let read = self.open(digest)?.take(MAX_DOCUMENT).read_to_end(&mut bytes);
        read.map_err(Error::io(Path::new(&place), "cannot be read"))?;
        let what = format!("{digest} (a manifest or an index)");
        let document: serde_json::Value =
            serde_json::from_slice(&bytes).map_err(|source| Error::Document { place, what, source })?;
        let guess = if document.get("manifests").is_some() { media_type::INDEX } else { media_type::MANIFEST };
        let media_type = document.get("mediaType").and_then(|value| value.as_str()).unwrap_or(guess);
        Ok(Descriptor::new(media_type, digest.clone(), bytes.len() as u64))
    }
}

impl Store {
    /// The image that has this name, or this digest; without a name the only one.
    ///
    /// # Errors
    /// When none has, or there are several and none is named.
    pub fn source(&self, name: Option<&str>) -> Result<LayoutImage, Error> {
        Blobs::Folder(self.clone()).find(self.index()?, name)
    }
}

impl LayoutImage {
    /// The image of an `oci-archive` that has this name, or this digest; without a name the only one.
    ///
    /// # Errors
    /// When the file is no such archive, or has no such image.
    pub fn of_archive(path: &Path, name: Option<&str>) -> Result<Self, Error> {
        let archive = Archive::open(path)?;
        archive.document(MARKER)?;
        let bytes = archive.document(INDEX)?;
        let blobs = Blobs::Tar(archive);
        let place = blobs.place();
        let index = serde_json::from_slice(&bytes).map_err(|source| Error::Document {
            place,
            what: INDEX.to_owned(),
            source,
        })?;
        blobs.find(index, name)
    }
}

/// The entry of an index with this name or digest. `None`: no such one, or, without a name, several that are told
/// apart by their platforms.
fn find(index: &Index, name: Option<&str>, place: &str) -> Result<Option<Descriptor>, Error> {
    let has_name = |image: &&Descriptor, name: &str| {
        image.annotations.get(REF_NAME).is_some_and(|other| other == name) || image.digest.as_str() == name
    };
    match (name, &index.manifests[..]) {
        (Some(name), images) => Ok(images.iter().find(|image| has_name(image, name)).cloned()),
        (None, []) => Err(no_such_name(index, "", place.to_owned())),
        (None, images) if images.iter().all(|image| image.digest == images[0].digest) => Ok(Some(images[0].clone())),
        (None, images) => {
            let known = names(index);
            if known.is_empty() && images.iter().all(|image| image.platform.is_some()) {
                return Ok(None);
            }
            Err(Error::Ambiguous { place: place.to_owned(), known })
        }
    }
}

/// The names in an index.
fn names(index: &Index) -> Vec<String> {
    index.manifests.iter().filter_map(|image| image.annotations.get(REF_NAME).cloned()).collect()
}

fn no_such_name(index: &Index, name: &str, place: String) -> Error {
    Error::NoSuchName { place, name: name.to_owned(), known: names(index) }
}

impl ImageSource for LayoutImage {
    fn place(&self) -> String {
        self.blobs.place()
    }

    fn root(&self) -> Result<Descriptor, Error> {
        Ok(self.root.clone())
    }

    fn open(&self, blob: &Descriptor) -> Result<Box<dyn Read + Send + '_>, Error> {
        match &self.whole {
            Some(bytes) if blob.digest == self.root.digest => Ok(Box::new(&bytes[..])),
            _ => {
                let reader = self.blobs.open(&blob.digest)?;
                Ok(Box::new(Verified::new(reader, blob.digest.clone(), Some(blob.size), self.place())))
            }
        }
    }
}
