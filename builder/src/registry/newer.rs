//! Whether a floating tag would move back: from an image to one of an older version.

use std::io::Read;

use semver::Version;

use super::client::Client;
use super::copy::{Outcome, PushError};
use super::error::Error;
use super::name::{Reference, Repository, Target};
use crate::image::{Descriptor, Digest, ImageConfig, Index, Manifest, media_type};
use crate::progress::Bar;
use crate::store::ImageSource;
use crate::store::rebase::BASE_DIGEST;
use crate::store::source::read;

/// Says which version of a program an image has.
const VERSION: &str = "org.opencontainers.image.version";

/// The longest config that is read for a version.
const CONFIG: u64 = 8 << 20;

/// What becomes of a tag that names `found` and is to name the root of `source`: it moves, unless it is a float (`1.2`,
/// `1`, `latest`), both images say their versions, and the one it names is the newer.
pub(super) fn moved(
    client: &Client,
    source: &dyn ImageSource,
    root: &Descriptor,
    reference: &Reference,
    found: Digest,
) -> Result<Outcome, PushError> {
    let moved = Outcome::Moved(found.clone());
    let Target::Tag(tag) = reference.target() else { return Ok(moved) };
    let own = version(root, &|document| Ok(read(source, document)?))?;
    let Some(own) = own.filter(|own| is_float_of(&tag, own)) else { return Ok(moved) };
    let there = match there(client, &reference.repository, &found) {
        // What is gone in part says nothing, and may be mended by this very push.
        Err(PushError::Registry(error)) if error.fault.status() == Some(404) => None,
        there => there?,
    };
    Ok(match there.filter(|there| is_float_of(&tag, there) && there.cmp_precedence(&own).is_gt()) {
        Some(there) => Outcome::Newer { found, there, own },
        None => moved,
    })
}

/// Whether the tag is that of a range with the version in it, for all of Windows or one version of it.
fn is_float_of(tag: &str, version: &Version) -> bool {
    let range = tag.split('-').next().unwrap_or_default();
    let range = range.strip_prefix('v').unwrap_or(range);
    range == "latest" || format!("{version}.").starts_with(&format!("{range}."))
}

fn there(client: &Client, repository: &Repository, found: &Digest) -> Result<Option<Version>, PushError> {
    let root = client.manifest(&repository.digest(found))?;
    version(&root.descriptor, &|document| {
        if document.digest == *found {
            return Ok(root.bytes.clone());
        }
        if media_type::is_manifest(&document.media_type) {
            return Ok(client.manifest(&repository.digest(&document.digest))?.bytes);
        }
        let mut bytes = Vec::new();
        let blob = client.blob(repository, document, &Bar::default())?;
        match blob.take(CONFIG).read_to_end(&mut bytes) {
            Ok(_) => Ok(bytes),
            // What is no fault of the registry is that of a document that says nothing.
            Err(error) => error.downcast::<Error>().map_or(Ok(Vec::new()), |error| Err(error.into())),
        }
    })
}

/// The semantic version that an image says it has; an index has that of its first image. A label may be the base's, so
/// that it counts only for an image that names no base.
fn version(
    root: &Descriptor,
    read: &dyn Fn(&Descriptor) -> Result<Vec<u8>, PushError>,
) -> Result<Option<Version>, PushError> {
    let parse = |text: &String| Version::parse(text.strip_prefix('v').unwrap_or(text)).ok();
    let mut image = root.clone();
    if media_type::is_index(&root.media_type) {
        let Ok(index) = serde_json::from_slice::<Index>(&read(root)?) else { return Ok(None) };
        if let Some(own) = index.annotations.get(VERSION) {
            return Ok(parse(own));
        }
        let first = index.manifests.into_iter().find(|image| media_type::is_manifest(&image.media_type));
        let Some(first) = first else { return Ok(None) };
        image = first;
    }
    let Ok(manifest) = serde_json::from_slice::<Manifest>(&read(&image)?) else { return Ok(None) };
    if manifest.annotations.contains_key(VERSION) || manifest.annotations.contains_key(BASE_DIGEST) {
        return Ok(manifest.annotations.get(VERSION).and_then(parse));
    }
    let Ok(config) = serde_json::from_slice::<ImageConfig>(&read(&manifest.config)?) else { return Ok(None) };
    Ok(config.config.labels.get(VERSION).and_then(parse))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_is_one_of_the_versions_in_its_range() {
        let version = Version::new(1, 2, 3);
        for tag in ["latest", "1", "1.2", "v1", "latest-ltsc2022", "1.2-ltsc2022"] {
            assert!(is_float_of(tag, &version), "{tag}");
        }
        for tag in ["main", "2", "1.3", "12", "pr-1", "stable", "step-0123", ""] {
            assert!(!is_float_of(tag, &version), "{tag}");
        }
    }
}
