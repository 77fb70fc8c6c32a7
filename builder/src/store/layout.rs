//! Images of an OCI layout.

use std::io::Read;

use super::source::ImageSource;
use super::{Error, REF_NAME, Store};
use crate::image::{Descriptor, Index, to_json};
use crate::image::{Digest, media_type};

/// An image, or an index, in an OCI layout.
#[derive(Clone, Debug)]
pub struct LayoutImage {
    store: Store,
    root: Descriptor,
    /// The layout's own index when no image was named and there are several: it is no blob.
    whole: Option<Vec<u8>>,
}

impl Store {
    /// The image that has this name, or this digest; without a name the only one.
    ///
    /// # Errors
    /// When none has, or there are several and none is named.
    pub fn source(&self, name: Option<&str>) -> Result<LayoutImage, Error> {
        let index = self.index()?;
        let root = find(&index, name, &self.to_string())?;
        let root = match (root, name.map(str::parse::<Digest>)) {
            (Some(root), _) => root,
            // An image of a nested index is in no index of the layout.
            (None, Some(Ok(digest))) if self.has(&digest) => self.descriptor_of(&digest)?,
            (None, Some(_)) => return Err(no_such_name(&index, name.unwrap_or_default(), self.to_string())),
            (None, None) => {
                let bytes = to_json(&Index { media_type: Some(media_type::INDEX.to_owned()), ..index });
                let root = Descriptor::new(media_type::INDEX, Digest::of(&bytes), bytes.len() as u64);
                return Ok(LayoutImage { store: self.clone(), root, whole: Some(bytes) });
            }
        };
        Ok(LayoutImage { store: self.clone(), root, whole: None })
    }

    /// The descriptor of a manifest or an index that lies in the store as a blob.
    fn descriptor_of(&self, digest: &Digest) -> Result<Descriptor, Error> {
        let mut bytes = Vec::new();
        let place = self.to_string();
        let mut blob = self.open_blob(digest)?.take(super::source::MAX_DOCUMENT);
        blob.read_to_end(&mut bytes).map_err(Error::io(&self.blob_path(digest), "cannot be read"))?;
        let what = format!("{digest} (a manifest or an index)");
        let document: serde_json::Value =
            serde_json::from_slice(&bytes).map_err(|source| Error::Document { place, what, source })?;
        let guess = if document.get("manifests").is_some() { media_type::INDEX } else { media_type::MANIFEST };
        let media_type = document.get("mediaType").and_then(|value| value.as_str()).unwrap_or(guess);
        Ok(Descriptor::new(media_type, digest.clone(), bytes.len() as u64))
    }
}

/// The entry of an index with this name or digest. `None`: no such one, or, without a name, several that are told
/// apart by their platforms.
pub(super) fn find(index: &Index, name: Option<&str>, place: &str) -> Result<Option<Descriptor>, Error> {
    let named = |image: &&Descriptor| {
        name.is_some_and(|name| {
            image.annotations.get(REF_NAME).is_some_and(|other| other == name) || image.digest.as_str() == name
        })
    };
    match (name, &index.manifests[..]) {
        (Some(_), images) => Ok(images.iter().find(named).cloned()),
        (None, [only]) => Ok(Some(only.clone())),
        (None, []) => Err(no_such_name(index, "", place.to_owned())),
        (None, images) => {
            let is_one_image = images.iter().all(|image| image.digest == images[0].digest);
            let names: Vec<String> = names(index);
            match () {
                () if is_one_image => Ok(Some(images[0].clone())),
                () if names.is_empty() && images.iter().all(|image| image.platform.is_some()) => Ok(None),
                () => Err(Error::Ambiguous { place: place.to_owned(), known: names }),
            }
        }
    }
}

/// The names in an index; images without one go by their digests.
fn names(index: &Index) -> Vec<String> {
    index.manifests.iter().filter_map(|image| image.annotations.get(REF_NAME).cloned()).collect()
}

pub(super) fn no_such_name(index: &Index, name: &str, place: String) -> Error {
    Error::NoSuchName { place, name: name.to_owned(), known: names(index) }
}

impl ImageSource for LayoutImage {
    fn place(&self) -> String {
        self.store.to_string()
    }

    fn root(&self) -> Result<Descriptor, Error> {
        Ok(self.root.clone())
    }

    fn open(&self, blob: &Descriptor) -> Result<Box<dyn Read + Send + '_>, Error> {
        match &self.whole {
            Some(bytes) if blob.digest == self.root.digest => Ok(Box::new(&bytes[..])),
            _ => {
                let blob_reader = self.store.open_blob(&blob.digest)?;
                Ok(Box::new(blob_reader.of_size(blob.size)))
            }
        }
    }
}
