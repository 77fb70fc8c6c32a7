//! Indexes: one name for the images of several platforms.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Descriptor, Digest, Extra, Platform, compare_versions, media_type};

/// An index or a manifest list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// Always 2.
    #[serde(rename = "schemaVersion")]
    pub schema_version: u32,
    /// Its own media type.
    #[serde(rename = "mediaType", default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The images.
    #[serde(default, deserialize_with = "super::config::null_as_default")]
    pub manifests: Vec<Descriptor>,
    /// Notes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Fields this structure does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Images that no index can hold side by side.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// Nothing says for which platform an image is.
    #[error("the image {digest} has no platform")]
    NoPlatform {
        /// The image.
        digest: Digest,
    },
    /// Whoever reads the index could not tell which of two images to take.
    #[error("the images {first} and {second} are both for {platform}")]
    Ambiguous {
        /// One.
        first: Digest,
        /// The other.
        second: Digest,
        /// The platform.
        platform: String,
    },
}

impl Index {
    /// An OCI index of images for several platforms or versions of Windows. Of one platform the newest version comes
    /// first, as those who take the first that fits expect it.
    ///
    /// # Errors
    /// When an image has no platform, or when two for one system and processor have the same version of Windows, or one
    /// of them has none.
    pub fn of_images(images: Vec<Descriptor>) -> Result<Self, IndexError> {
        let mut sorted: Vec<(Platform, Descriptor)> = Vec::new();
        for image in images {
            let no_platform = || IndexError::NoPlatform { digest: image.digest.clone() };
            sorted.push((image.platform.clone().ok_or_else(no_platform)?, image));
        }
        for (at, (platform, image)) in sorted.iter().enumerate() {
            for (other, earlier) in &sorted[..at] {
                let is_same = (&platform.os, &platform.architecture, &platform.variant)
                    == (&other.os, &other.architecture, &other.variant);
                let (ours, theirs) = (version(platform), version(other));
                if is_same && (ours.is_empty() || theirs.is_empty() || compare_versions(ours, theirs).is_eq()) {
                    let (first, second) = (earlier.digest.clone(), image.digest.clone());
                    return Err(IndexError::Ambiguous { first, second, platform: platform.to_string() });
                }
            }
        }
        let group = |platform: &Platform| {
            let place = |(known, _): &&(Platform, Descriptor)| {
                known.os == platform.os && known.architecture == platform.architecture
            };
            sorted.iter().position(|entry| place(&entry))
        };
        let mut order: Vec<(Option<usize>, &(Platform, Descriptor))> =
            sorted.iter().map(|entry| (group(&entry.0), entry)).collect();
        order.sort_by(|(left, one), (right, other)| {
            left.cmp(right).then_with(|| compare_versions(version(&other.0), version(&one.0)))
        });
        Ok(Index::new(order.into_iter().map(|(_, (_, image))| image.clone()).collect()))
    }

    /// An OCI index of these images.
    pub fn new(manifests: Vec<Descriptor>) -> Self {
        Index {
            schema_version: 2,
            media_type: Some(media_type::INDEX.to_owned()),
            manifests,
            annotations: BTreeMap::new(),
            extra: Extra::new(),
        }
    }
}

fn version(platform: &Platform) -> &str {
    platform.os_version.as_deref().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A descriptor of `windows/amd64/10.0.1`; the version may be missing.
    fn image(name: &str) -> Descriptor {
        let mut image = Descriptor::new(media_type::MANIFEST, Digest::of(name.as_bytes()), 1);
        let mut parts = name.split('/');
        let mut platform = Platform::new(parts.next().unwrap(), parts.next().unwrap());
        platform.os_version = parts.next().map(str::to_owned);
        image.platform = Some(platform);
        image
    }

    #[test]
    fn the_newest_version_comes_first_and_platforms_stay_together() {
        let names = [
            "windows/amd64/10.0.9200.1",
            "linux/amd64",
            "windows/amd64/10.0.20348.2700",
            "windows/arm64/10.0.26100.1",
            "linux/arm64",
        ];
        let index = Index::of_images(names.map(image).to_vec()).unwrap();
        let found: Vec<String> =
            index.manifests.iter().map(|image| image.platform.as_ref().unwrap().to_string()).collect();
        assert_eq!(
            found,
            [
                "windows(10.0.20348.2700)/amd64",
                "windows(10.0.9200.1)/amd64",
                "linux/amd64",
                "windows(10.0.26100.1)/arm64",
                "linux/arm64",
            ]
        );
    }

    #[test]
    fn images_that_cannot_be_told_apart_are_refused() {
        for names in [
            ["windows/amd64/10.0.20348.1", "windows/amd64/10.0.20348.1"],
            ["windows/amd64/10.0.20348.1", "windows/amd64"],
            ["windows/amd64", "windows/amd64/10.0.20348.1"],
            ["linux/amd64", "linux/amd64"],
        ] {
            let refused = Index::of_images(names.map(image).to_vec());
            assert!(matches!(refused, Err(IndexError::Ambiguous { .. })), "{names:?}");
        }
        let bare = Descriptor::new(media_type::MANIFEST, Digest::of(b""), 1);
        assert!(matches!(Index::of_images(vec![bare]), Err(IndexError::NoPlatform { .. })));
    }
}
