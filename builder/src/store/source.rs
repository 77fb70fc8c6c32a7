//! Reading an image wherever it lies: the documents at its root, the image for a platform, and its blobs.

use std::fmt;
use std::io::{self, Read};

use serde::de::DeserializeOwned;

use super::{Error, Store};
use crate::image::{Descriptor, Digest, ImageConfig, Index, Manifest, Platform, compare_versions, media_type};

/// The most that a manifest, an index or a config may have; registries take 4 MiB.
pub const MAX_DOCUMENT: u64 = 4 << 20;

/// A place with one image, or one name for the images of several platforms.
pub trait ImageSource: Send + Sync {
    /// How the place is called in messages.
    fn place(&self) -> String;

    /// The manifest or the index that the place names.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    fn root(&self) -> Result<Descriptor, Error>;

    /// Reads a blob or a manifest. Its last read must fail when the bytes are not those of the descriptor
    /// ([`Verified`](super::Verified) does that).
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    fn open(&self, blob: &Descriptor) -> Result<Box<dyn Read + Send + '_>, Error>;
}

/// Which image of an index is wanted; what is not said is free.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// `windows`, `linux`.
    pub os: Option<String>,
    /// `amd64`.
    pub architecture: Option<String>,
    /// A version of Windows or the beginning of one: `10.0.20348`, `10.0.20348.2700`.
    pub os_version: Option<String>,
}

/// What is at the root of a place.
#[derive(Clone, Debug, PartialEq)]
pub enum Root {
    /// One image.
    Image(Box<Image>),
    /// An index, with the descriptor it has.
    Index(Box<Descriptor>, Box<Index>),
}

/// One image: its manifest and its config, and what is known of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// The manifest's descriptor.
    pub descriptor: Descriptor,
    /// The manifest.
    pub manifest: Manifest,
    /// The config.
    pub config: ImageConfig,
}

impl fmt::Display for Wanted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |part: &Option<String>| part.clone().unwrap_or_else(|| "*".to_owned());
        out.write_str(&part(&self.os))?;
        if let Some(version) = &self.os_version {
            write!(out, "({version})")?;
        }
        write!(out, "/{}", part(&self.architecture))
    }
}

impl Wanted {
    /// Whether a platform is one of those wanted.
    pub fn takes(&self, platform: &Platform) -> bool {
        let is = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
        let version = |wanted: &str| {
            let found = platform.os_version.as_deref().unwrap_or_default();
            found.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        is(&self.os, &platform.os)
            && is(&self.architecture, &platform.architecture)
            && self.os_version.as_deref().is_none_or(version)
    }

    /// The image of an index that is wanted: of several the one for the newest version of Windows, else the first.
    pub fn choose<'a>(&self, index: &'a Index) -> Option<&'a Descriptor> {
        let version = |image: &Descriptor| {
            image.platform.as_ref().and_then(|platform| platform.os_version.clone()).unwrap_or_default()
        };
        let fits = |image: &&Descriptor| image.platform.as_ref().is_some_and(|platform| self.takes(platform));
        let mut images = index.manifests.iter().filter(fits);
        let first = images.next()?;
        Some(images.fold(
            first,
            |best, image| {
                if compare_versions(&version(image), &version(best)).is_gt() { image } else { best }
            },
        ))
    }
}

/// Reads a document of a place, whole and checked.
///
/// # Errors
/// When it cannot be read, is too long, or is not what its descriptor says.
pub fn read(source: &dyn ImageSource, document: &Descriptor) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut reader = source.open(document)?.take(MAX_DOCUMENT + 1);
    reader.read_to_end(&mut bytes).map_err(|error| of_reading(error, source, &document.digest))?;
    if bytes.len() as u64 > MAX_DOCUMENT {
        let what = format!("{} has more than {MAX_DOCUMENT} bytes, too many for a document", document.digest);
        return Err(Error::Unsupported { place: source.place(), what });
    }
    Ok(bytes)
}

/// The error inside an error of reading, or one that names the blob.
pub fn of_reading(error: io::Error, source: &dyn ImageSource, digest: &Digest) -> Error {
    match error.downcast::<Error>() {
        Ok(error) => error,
        Err(source_error) => Error::Io {
            path: format!("{}: {digest}", source.place()).into(),
            action: "cannot be read",
            source: source_error,
        },
    }
}

/// Reads and parses a document of a place.
///
/// # Errors
/// As [`read`], and when it does not parse.
pub fn parse<T: DeserializeOwned>(source: &dyn ImageSource, document: &Descriptor) -> Result<T, Error> {
    let bytes = read(source, document)?;
    serde_json::from_slice(&bytes).map_err(|error| Error::Document {
        place: source.place(),
        what: format!("{} ({})", document.digest, document.media_type),
        source: error,
    })
}

/// What is at the root of a place.
///
/// # Errors
/// When it cannot be read, or is neither a manifest nor an index.
pub fn root(source: &dyn ImageSource) -> Result<Root, Error> {
    let descriptor = source.root()?;
    if media_type::is_index(&descriptor.media_type) {
        let index = parse(source, &descriptor)?;
        return Ok(Root::Index(Box::new(descriptor), Box::new(index)));
    }
    image(source, descriptor).map(|image| Root::Image(Box::new(image)))
}

/// One image, by the descriptor of its manifest.
///
/// # Errors
/// When a document cannot be read, or it is no manifest of an image.
pub fn image(source: &dyn ImageSource, descriptor: Descriptor) -> Result<Image, Error> {
    if !media_type::is_manifest(&descriptor.media_type) {
        let what = format!("{} is a {}, not an image", descriptor.digest, descriptor.media_type);
        return Err(Error::Unsupported { place: source.place(), what });
    }
    let manifest: Manifest = parse(source, &descriptor)?;
    let config = parse(source, &manifest.config)?;
    Ok(Image { descriptor, manifest, config })
}

/// The image of a place for a platform. A place with one image gives that one, if it is wanted.
///
/// # Errors
/// When none is, or a document cannot be read.
pub fn choose(source: &dyn ImageSource, wanted: &Wanted) -> Result<Image, Error> {
    let none = |known: Vec<String>| Error::NoSuchPlatform { place: source.place(), wanted: wanted.to_string(), known };
    match root(source)? {
        Root::Image(found) if wanted.takes(&found.config.platform) => Ok(*found),
        Root::Image(found) => Err(none(vec![found.config.platform.to_string()])),
        Root::Index(_, index) => match wanted.choose(&index) {
            Some(descriptor) => image(source, descriptor.clone()),
            None => {
                let platforms = index.manifests.iter().filter_map(|image| image.platform.as_ref());
                Err(none(platforms.map(Platform::to_string).collect()))
            }
        },
    }
}

/// Copies a blob into a store, unless it is there as long as it should be. `progress` is told how many bytes came.
///
/// # Errors
/// When it cannot be read or written, or is not what its descriptor says; then the store has no such blob.
pub fn copy_blob(
    source: &dyn ImageSource,
    blob: &Descriptor,
    store: &Store,
    progress: impl Fn(u64),
) -> Result<(), Error> {
    use std::io::Write as _;
    if store.has_whole(blob) {
        return Ok(());
    }
    let mut reader = source.open(blob)?;
    let mut writer = store.writer()?;
    let mut buffer = vec![0; 256 << 10];
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(of_reading(error, source, &blob.digest)),
        };
        writer.write_all(&buffer[..count]).map_err(Error::io(store.root(), "cannot be written"))?;
        progress(count as u64);
    }
    writer.commit(Some(&blob.digest)).map(drop)
}
