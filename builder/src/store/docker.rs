//! Images of `docker save`: a config and layers by their paths, without a manifest of their own.

use std::collections::HashMap;
use std::io::{self, Cursor, Read};
use std::path::Path;

use serde::Deserialize;

use super::archive::Archive;
use super::blob::Verified;
use super::{Error, ImageSource};
use crate::image::media_type::Encoding;
use crate::image::{Descriptor, Digest, Digester, ImageConfig, Manifest, media_type, to_json};
use crate::layer::decode::detect;
use crate::progress::counted;

/// One image of an archive of Docker's. Its manifest is made from what the archive says.
#[derive(Clone, Debug)]
pub struct DockerImage {
    archive: Archive,
    root: Descriptor,
    /// The manifest and the config.
    documents: HashMap<Digest, Vec<u8>>,
    /// The layers by their paths in the archive.
    layers: HashMap<Digest, String>,
}

/// An entry of `manifest.json`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Saved {
    config: String,
    #[serde(default)]
    repo_tags: Option<Vec<String>>,
    #[serde(default)]
    layers: Vec<String>,
}

impl DockerImage {
    /// The image of an archive that has this name; without one the only one.
    ///
    /// # Errors
    /// When the file is no such archive, or has no such image.
    pub fn open(path: &Path, name: Option<&str>) -> Result<Self, Error> {
        let archive = Archive::open(path)?;
        let document = |what: &str, source| Error::Document { place: place(path), what: what.to_owned(), source };
        let manifest = archive.document("manifest.json")?;
        let saved: Vec<Saved> =
            serde_json::from_slice(&manifest).map_err(|source| document("manifest.json", source))?;
        let saved = pick(saved, name, path)?;
        let config_bytes = archive.document(&saved.config)?;
        let config: ImageConfig =
            serde_json::from_slice(&config_bytes).map_err(|source| document(&saved.config, source))?;
        let diff_ids = &config.rootfs.diff_ids;
        if saved.layers.len() != diff_ids.len() {
            let (layers, known) = (saved.layers.len(), diff_ids.len());
            return Err(archive.error(format!("it has {}, and the config names {known}", counted(layers, "layer"))));
        }
        let mut layers = HashMap::new();
        let mut descriptors = Vec::new();
        for (member, diff_id) in saved.layers.iter().zip(diff_ids) {
            let descriptor = layer(&archive, member, diff_id)?;
            layers.insert(descriptor.digest.clone(), member.clone());
            descriptors.push(descriptor);
        }
        let config = Descriptor::new(media_type::CONFIG, Digest::of(&config_bytes), config_bytes.len() as u64);
        let manifest = to_json(&Manifest::new(config.clone(), descriptors));
        let root = Descriptor::new(media_type::MANIFEST, Digest::of(&manifest), manifest.len() as u64);
        let documents = HashMap::from([(root.digest.clone(), manifest), (config.digest, config_bytes)]);
        Ok(DockerImage { archive, root, documents, layers })
    }
}

fn place(path: &Path) -> String {
    format!("docker-archive:{}", path.display())
}

fn pick(mut saved: Vec<Saved>, name: Option<&str>, path: &Path) -> Result<Saved, Error> {
    let known =
        || -> Vec<String> { saved.iter().flat_map(|image| image.repo_tags.iter().flatten().cloned()).collect() };
    let at = match name {
        None if saved.len() == 1 => Some(0),
        None if saved.is_empty() => None,
        None => return Err(Error::Ambiguous { place: place(path), known: known() }),
        Some(name) => saved.iter().position(|image| {
            let is_name = |tag: &String| tag == name || tag.strip_suffix(":latest") == Some(name);
            image.repo_tags.iter().flatten().any(is_name)
        }),
    };
    match at {
        Some(at) => Ok(saved.swap_remove(at)),
        None => {
            let name = name.unwrap_or_default().to_owned();
            Err(Error::NoSuchName { place: place(path), name, known: known() })
        }
    }
}

/// A layer as it lies in the archive. Only a compressed one must be read for its digest.
fn layer(archive: &Archive, member: &str, diff_id: &Digest) -> Result<Descriptor, Error> {
    let open = || archive.member(member)?.ok_or_else(|| archive.error(format!("it has no {member}")));
    let unreadable = |error| Error::io(archive.path(), "cannot be read")(error);
    let (section, size) = open()?;
    let mut begin = Vec::new();
    section.take(4).read_to_end(&mut begin).map_err(unreadable)?;
    let (media_type, digest) = match detect(&begin) {
        Encoding::None => (media_type::LAYER, diff_id.clone()),
        encoding => {
            let mut digester = Digester::default();
            io::copy(&mut open()?.0, &mut digester).map_err(unreadable)?;
            let zstd = encoding == Encoding::Zstd;
            (if zstd { media_type::LAYER_ZSTD } else { media_type::LAYER_GZIP }, digester.finish())
        }
    };
    Ok(Descriptor::new(media_type, digest, size))
}

impl ImageSource for DockerImage {
    fn place(&self) -> String {
        place(self.archive.path())
    }

    fn root(&self) -> Result<Descriptor, Error> {
        Ok(self.root.clone())
    }

    fn open(&self, blob: &Descriptor) -> Result<Box<dyn Read + Send + '_>, Error> {
        if let Some(bytes) = self.documents.get(&blob.digest) {
            return Ok(Box::new(Cursor::new(bytes)));
        }
        let missing = || Error::Missing { place: self.place(), digest: blob.digest.clone() };
        let member = self.layers.get(&blob.digest).ok_or_else(missing)?;
        let (section, size) = self.archive.member(member)?.ok_or_else(missing)?;
        let reader = io::BufReader::with_capacity(256 << 10, section);
        Ok(Box::new(Verified::new(reader, blob.digest.clone(), Some(size), self.place())))
    }
}
