//! An image on a registry as any other place of an image, and places by their names.

use std::io::{self, Cursor, Read};
use std::sync::{Arc, Mutex};

use super::client::Client;
use super::download::Blob;
use super::error::Error;
use super::manifest::Document;
use super::name::Reference;
use super::transport::Content;
use crate::image::{Descriptor, media_type};
use crate::progress::Bar;
use crate::store::{self, ImageSource, Location, Verified};

/// An image, or an index, on a registry. Its tag is looked up once: what it names then stays what it names.
pub struct RegistryImage {
    client: Arc<Client>,
    reference: Reference,
    root: Mutex<Option<Document>>,
}

impl RegistryImage {
    /// The image of that name; nothing is fetched yet.
    pub fn new(client: &Arc<Client>, reference: Reference) -> Self {
        RegistryImage { client: Arc::clone(client), reference, root: Mutex::new(None) }
    }

    /// Its name.
    pub const fn reference(&self) -> &Reference {
        &self.reference
    }

    fn document(&self) -> Result<Document, store::Error> {
        let mut root = self.root.lock().expect("no thread panics with the document in hand");
        if root.is_none() {
            *root = Some(self.client.manifest(&self.reference).map_err(remote)?);
        }
        Ok(root.clone().expect("it was just fetched"))
    }
}

impl ImageSource for RegistryImage {
    fn place(&self) -> String {
        format!("docker://{}", self.reference)
    }

    fn root(&self) -> Result<Descriptor, store::Error> {
        self.document().map(|document| document.descriptor)
    }

    fn open(&self, blob: &Descriptor) -> Result<Box<dyn Read + Send + '_>, store::Error> {
        if !media_type::is_index(&blob.media_type) && !media_type::is_manifest(&blob.media_type) {
            let opened = self.client.blob(&self.reference.repository, blob, &Bar::default()).map_err(remote)?;
            return Ok(Box::new(Remote(opened)));
        }
        let root = self.document()?;
        let document = match root.descriptor.digest == blob.digest {
            true => root,
            false => self.client.manifest(&self.reference.repository.digest(&blob.digest)).map_err(remote)?,
        };
        // What names it may promise another size, which engines refuse.
        Ok(Box::new(Verified::new(Cursor::new(document.bytes), blob.digest.clone(), Some(blob.size), self.place())))
    }
}

/// A blob whose errors are those of places of images.
struct Remote<'c>(Blob<'c>);

impl Read for Remote<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.downcast::<Error>() {
            Ok(error) => io::Error::other(remote(error)),
            Err(error) => error,
        })
    }
}

fn remote(error: Error) -> store::Error {
    store::Error::Remote(Box::new(error))
}

/// The image at a place, by its name.
///
/// # Errors
/// When the place cannot be read or has no such image. A name on a registry is looked up later.
pub fn open(location: &Location, client: &Arc<Client>) -> Result<Box<dyn ImageSource>, store::Error> {
    match location {
        Location::Registry { reference } => {
            let reference = reference.parse().map_err(|error| store::Error::Remote(Box::new(error)))?;
            Ok(Box::new(RegistryImage::new(client, reference)))
        }
        _ => store::open(location),
    }
}

/// A blob of a place of images, as content to push.
pub(super) struct BlobOf<'a> {
    pub(super) source: &'a dyn ImageSource,
    pub(super) blob: &'a Descriptor,
}

impl Content for BlobOf<'_> {
    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + '_>> {
        let mut reader = self.source.open(self.blob).map_err(io::Error::other)?;
        // Whatever the place is, its blobs are checked from their first byte on.
        let skipped = io::copy(&mut (&mut reader).take(offset), &mut io::sink())?;
        if skipped < offset {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(reader)
    }
}
