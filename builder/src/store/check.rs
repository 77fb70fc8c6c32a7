//! Whether an image is one that Windows and the registries will take: its documents, its blobs, its layers.

use std::io::{self, Read};

use super::Error;
use super::source::{self, Image, ImageSource, Root};
use crate::image::media_type::{self, encoding};
use crate::image::{Descriptor, Digest, Index, Platform};
use crate::layer::Flavor;
use crate::layer::decode::decode;
use crate::layer::defect::{self, Code, Defects};
use crate::layer::validate::{Checker, Facts};

/// What was found in an image.
#[derive(Debug)]
pub struct Checked {
    /// The digest of its manifest.
    pub digest: Digest,
    /// What it runs on.
    pub platform: Platform,
    /// Its layers, as far as they could be read.
    pub layers: Vec<CheckedLayer>,
    /// What is wrong with it.
    pub defects: Defects,
}

/// What was found in a layer.
#[derive(Debug)]
pub struct CheckedLayer {
    /// The blob.
    pub descriptor: Descriptor,
    /// What it unpacks to; `None` when it is not here and need not be.
    pub facts: Option<Facts>,
}

/// What was found at a place.
#[derive(Debug)]
pub struct Report {
    /// Its images.
    pub images: Vec<Checked>,
    /// What is wrong with the index over them, or with documents that no image could be made from.
    pub defects: Defects,
    /// Digests in the index that are no images: attestations and signatures.
    pub others: Vec<Digest>,
}

/// So many layers every engine takes.
const MANY: usize = 125;

/// Checks what is at a place.
///
/// # Errors
/// When the place, the network or the disk fails. What is wrong with the image is in the report.
pub fn check(source: &dyn ImageSource) -> Result<Report, Error> {
    let mut report = Report { images: Vec::new(), defects: Defects::default(), others: Vec::new() };
    let root = match source::root(source) {
        Ok(root) => root,
        Err(error) => {
            add_error(error, None, None, &mut report.defects)?;
            return Ok(report);
        }
    };
    match root {
        Root::Image(image) => report.images.push(check_image(source, &image, None)?),
        Root::Index(_, index) => check_index(source, &index, &mut report)?,
    }
    Ok(report)
}

fn check_index(source: &dyn ImageSource, index: &Index, report: &mut Report) -> Result<(), Error> {
    let platforms: Vec<&Platform> = index.manifests.iter().filter_map(|image| image.platform.as_ref()).collect();
    for (at, platform) in platforms.iter().enumerate().filter(|(_, platform)| platform.is_windows()) {
        let is_same = |other: &&&Platform| {
            (&other.os, &other.architecture, &other.variant)
                == (&platform.os, &platform.architecture, &platform.variant)
                && (other.os_version == platform.os_version
                    || other.os_version.is_none()
                    || platform.os_version.is_none())
        };
        if platforms[..at].iter().any(|other| is_same(&other)) {
            report.defects.add(
                &defect::AMBIGUOUS_INDEX,
                None,
                Some("index"),
                format!("another image is for {platform} too"),
            );
        }
    }
    for descriptor in &index.manifests {
        let is_image = media_type::is_manifest(&descriptor.media_type)
            && descriptor.platform.as_ref().is_none_or(|platform| platform.os != "unknown");
        if !is_image {
            report.others.push(descriptor.digest.clone());
            continue;
        }
        match source::image(source, descriptor.clone()) {
            Ok(image) => report.images.push(check_image(source, &image, descriptor.platform.as_ref())?),
            Err(error) => add_error(error, None, Some(descriptor.digest.as_str()), &mut report.defects)?,
        }
    }
    Ok(())
}

fn check_image(source: &dyn ImageSource, image: &Image, promised: Option<&Platform>) -> Result<Checked, Error> {
    let mut defects = Defects::default();
    let platform = image.config.platform.clone();
    check_documents(image, promised, &mut |code, detail| defects.add(code, None, Some("config"), detail));
    let flavor = if platform.is_windows() { Flavor::Windows } else { Flavor::Linux };
    let mut checker = Checker::new(flavor);
    let mut layers = Vec::new();
    for (at, layer) in image.manifest.layers.iter().enumerate() {
        let diff_id = image.config.rootfs.diff_ids.get(at);
        let facts = check_layer(source, layer, at, diff_id, &mut checker, &mut defects)?;
        layers.push(CheckedLayer { descriptor: layer.clone(), facts });
    }
    Ok(Checked { digest: image.descriptor.digest.clone(), platform, layers, defects })
}

fn check_documents(image: &Image, promised: Option<&Platform>, add: &mut impl FnMut(&'static Code, String)) {
    let (manifest, config) = (&image.manifest, &image.config);
    let platform = &config.platform;
    if platform.is_windows() && platform.os_version.as_deref().unwrap_or_default().is_empty() {
        add(&defect::NO_OS_VERSION, "the config has no os.version".to_owned());
    }
    if let Some(promised) = promised {
        let same = (&promised.os, &promised.architecture) == (&platform.os, &platform.architecture);
        let same_version = promised.os_version.is_none() || promised.os_version == platform.os_version;
        if !same || !same_version {
            add(&defect::INDEX_PLATFORM, format!("the index says {promised}, the config {platform}"));
        }
    }
    let (layers, diff_ids) = (manifest.layers.len(), config.rootfs.diff_ids.len());
    if layers != diff_ids {
        add(&defect::LAYER_COUNT, format!("the manifest has {layers} layers, the config names {diff_ids}"));
    }
    let steps = config.history.iter().filter(|step| !step.empty_layer).count();
    if !config.history.is_empty() && steps != layers {
        add(
            &defect::HISTORY_COUNT,
            format!("the history has {steps} steps with a layer, the manifest {layers} layers"),
        );
    }
    if layers > MANY {
        add(&defect::MANY_LAYERS, format!("there are {layers}"));
    }
    let is_docker = |text: &str| text.starts_with("application/vnd.docker.");
    let documents = [&image.descriptor.media_type, &manifest.config.media_type];
    let all = manifest.layers.iter().map(|layer| &layer.media_type).chain(documents);
    let docker = all.clone().filter(|text| is_docker(text)).count();
    if docker != 0 && docker != all.count() {
        add(&defect::MIXED_MEDIA_TYPES, "some of its media types are OCI's and some Docker's".to_owned());
    }
}

fn check_layer(
    source: &dyn ImageSource,
    layer: &Descriptor,
    at: usize,
    diff_id: Option<&Digest>,
    checker: &mut Checker,
    defects: &mut Defects,
) -> Result<Option<Facts>, Error> {
    let name = Some(layer.digest.as_str());
    let is_foreign = media_type::is_foreign(&layer.media_type);
    if is_foreign {
        defects.add(&defect::FOREIGN_LAYER, Some(at), name, format!("it is fetched from {}", layer.urls.join(", ")));
    }
    let reader = match source.open(layer) {
        Ok(reader) => reader,
        Err(Error::Missing { .. }) if is_foreign && !layer.urls.is_empty() => return Ok(None),
        Err(error) => {
            add_error(error, Some(at), name, defects)?;
            return Ok(None);
        }
    };
    let mut noted = Noted { inner: reader, error: None };
    let (found, facts) = match decode(&mut noted) {
        Ok((found, reader)) => (Some(found), Some(checker.layer(reader, defects))),
        Err(_) => (None, None),
    };
    // Where unpacking stopped early, the rest still counts for the digest.
    let _ = io::copy(&mut noted, &mut io::sink());
    if let Some(error) = noted.error {
        let error = source::of_reading(error, source, &layer.digest);
        add_error(error, Some(at), name, defects)?;
    }
    if let Some(found) = found
        && encoding(&layer.media_type) != Some(found)
    {
        let truth = format!("{found:?}").to_lowercase().replace("none", "not compressed");
        let detail = format!("{} is {truth} in truth", layer.media_type);
        defects.add(&defect::ENCODING, Some(at), name, detail);
    }
    let Some(facts) = facts else { return Ok(None) };
    if let Some(fault) = &facts.fault {
        defects.add(&defect::UNREADABLE, Some(at), name, chain(fault));
    }
    match (&facts.diff_id, diff_id) {
        (Some(found), Some(expected)) if found != expected => {
            let detail = format!("the config says {expected}, it is {found}");
            defects.add(&defect::DIFF_ID_MISMATCH, Some(at), name, detail);
        }
        _ => {}
    }
    Ok(Some(facts))
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// Makes a defect of an error that the image is to blame for; others are errors still.
fn add_error(error: Error, layer: Option<usize>, entry: Option<&str>, defects: &mut Defects) -> Result<(), Error> {
    let code = match &error {
        Error::DigestMismatch { .. } | Error::Damaged { .. } => &defect::DIGEST_MISMATCH,
        Error::SizeMismatch { .. } => &defect::SIZE_MISMATCH,
        Error::Missing { .. } => &defect::MISSING_BLOB,
        Error::Document { .. } => &defect::BAD_DOCUMENT,
        _ => return Err(error),
    };
    defects.add(code, layer, entry, chain(&error));
    Ok(())
}

/// Keeps the error of a blob, which unpacking would hide behind its own.
struct Noted<R> {
    inner: R,
    error: Option<io::Error>,
}

impl<R: Read> Read for Noted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.error.is_some() {
            return Ok(0);
        }
        match self.inner.read(buffer) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                self.error = Some(error);
                Ok(0)
            }
            result => result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::to_json;
    use crate::store::Store;

    /// How often an index is called ambiguous whose images, which are not there, are for these platforms.
    fn ambiguous(platforms: &[(&str, Option<&str>)]) -> usize {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path()).unwrap();
        let image = |(at, (os, version)): (usize, &(&str, Option<&str>))| {
            let mut image = Descriptor::new(media_type::MANIFEST, Digest::of(&[at as u8]), 1);
            let os_version = version.map(str::to_owned);
            image.platform = Some(Platform { os_version, ..Platform::new(os, "amd64") });
            image
        };
        let index = to_json(&Index::new(platforms.iter().enumerate().map(image).collect()));
        store.tag(None, &store.put_bytes(media_type::INDEX, &index).unwrap()).unwrap();
        let report = check(&store.source(None).unwrap()).unwrap();
        report.defects.named().iter().filter(|defect| defect.code.id == defect::AMBIGUOUS_INDEX.id).count()
    }

    #[test]
    fn an_index_is_ambiguous_where_two_images_are_for_one_host() {
        let (old, new) = (Some("10.0.17763.1"), Some("10.0.20348.1"));
        assert_eq!(ambiguous(&[("linux", None), ("windows", None)]), 0);
        assert_eq!(ambiguous(&[("windows", old), ("windows", new)]), 0);
        assert_eq!(ambiguous(&[("windows", old), ("windows", old)]), 1);
        assert_eq!(ambiguous(&[("windows", old), ("windows", None)]), 1);
        assert_eq!(ambiguous(&[("windows", None), ("windows", new)]), 1);
    }
}
