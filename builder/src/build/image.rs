//! The image that a stage gives: its config, its history, its manifest.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::image::{Descriptor, History, ImageConfig, Manifest, Platform, media_type};
use crate::layer::Time;
use crate::progress::counted;
use crate::store::rebase::{BASE_DIGEST, BASE_NAME};
use crate::store::{Error, Store};

use super::base::Found;
use super::layers::Layer;

/// A stage that has been built.
#[derive(Clone, Debug)]
pub struct Built {
    /// Its config.
    pub config: ImageConfig,
    /// Its layers, the base's first.
    pub layers: Vec<Layer>,
    /// The time of what is new in it.
    pub epoch: Time,
    /// The image that it stands on in the end: its name in the plan, and its digest.
    pub base: Option<(String, String)>,
    /// What registries call that image, where it is from one.
    pub base_reference: Option<String>,
    /// Notes for its manifest.
    pub annotations: BTreeMap<String, String>,
}

/// Without `SOURCE_DATE_EPOCH` and a base: zip and FAT know no earlier time.
const FIRST: Time = Time::at(315_532_800);

/// What describes the container that a base was committed from, and no longer holds.
const STALE: [&str; 4] = ["container", "container_config", "docker_version", "parent"];

/// The time of what a stage adds: `SOURCE_DATE_EPOCH`, else that of the image it stands on. The clock takes no part in an
/// image, so that the same files give the same image.
pub fn epoch_of(asked: Option<Time>, base: Option<&ImageConfig>) -> Time {
    let created = base.and_then(|base| base.created.as_deref()?.parse::<Timestamp>().ok());
    asked.or_else(|| created.map(|time| Time::at(time.as_second()))).filter(|time| time.seconds > 0).unwrap_or(FIRST)
}

impl Built {
    /// A stage before its first step, on an image.
    pub fn on_image(found: &Found, asked: Option<Time>) -> Result<Self, String> {
        let image = &found.image;
        let mut config = image.config.clone();
        let epoch = epoch_of(asked, Some(&config));
        config.config.on_build.clear();
        for stale in STALE {
            config.platform.extra.remove(stale);
        }
        let diff_ids = &config.rootfs.diff_ids;
        if diff_ids.len() != image.manifest.layers.len() {
            let (layers, ids) = (image.manifest.layers.len(), diff_ids.len());
            return Err(format!("{}: its manifest has {} and its config {ids}", found.name, counted(layers, "layer")));
        }
        let layers = image.manifest.layers.iter().zip(diff_ids);
        let layers =
            layers.map(|(layer, diff_id)| Layer { descriptor: as_oci(layer), diff_id: diff_id.clone() }).collect();
        let base = Some((found.name.clone(), image.descriptor.digest.to_string()));
        let base_reference = found.reference.as_ref().map(ToString::to_string);
        Ok(Built { config, layers, epoch, base, base_reference, annotations: BTreeMap::new() })
    }

    /// A stage before its first step, on nothing.
    pub fn on_nothing(platform: &Platform, asked: Option<Time>) -> Self {
        let config = ImageConfig::empty(platform.clone());
        let epoch = epoch_of(asked, None);
        Built { config, layers: Vec::new(), epoch, base: None, base_reference: None, annotations: BTreeMap::new() }
    }

    /// Says where the image is from, in labels and annotations. What the Dockerfile says of itself stays.
    pub fn label(&mut self, labels: &BTreeMap<String, String>) {
        for (name, value) in labels {
            self.config.config.labels.entry(name.clone()).or_insert_with(|| value.clone());
            self.annotations.insert(name.clone(), value.clone());
        }
    }

    /// Adds a layer.
    pub fn push(&mut self, layer: Layer) {
        self.config.rootfs.diff_ids.push(layer.diff_id.clone());
        self.layers.push(layer);
    }

    /// Notes a step in the history, by its text without secrets.
    pub fn note(&mut self, text: String, empty_layer: bool) {
        let created_by = Some(text);
        let comment = Some("wbuild".to_owned());
        self.config.history.push(History {
            created: Some(rfc3339(self.epoch)),
            created_by,
            comment,
            empty_layer,
            ..History::default()
        });
    }

    /// Writes config and manifest into the store; gives the manifest's descriptor, with its platform.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn store(&self, store: &Store) -> Result<Descriptor, Error> {
        let config = ImageConfig { created: Some(rfc3339(self.epoch)), ..self.config.clone() };
        let layers = self.layers.iter().map(|layer| layer.descriptor.clone()).collect();
        let mut manifest = Manifest::new(store.put_json(media_type::CONFIG, &config)?, layers);
        manifest.annotations.clone_from(&self.annotations);
        if let Some((_, digest)) = &self.base {
            manifest.annotations.insert(BASE_DIGEST.to_owned(), digest.clone());
        }
        // Elsewhere only a registry's name finds the base again: a folder or an alias of this build does not.
        if let Some(reference) = &self.base_reference {
            manifest.annotations.insert(BASE_NAME.to_owned(), reference.clone());
        }
        let mut descriptor = store.put_json(media_type::MANIFEST, &manifest)?;
        let platform = &config.platform;
        descriptor.platform = Some(Platform { extra: BTreeMap::default(), ..platform.clone() });
        Ok(descriptor)
    }
}

/// A time as configs have it.
pub(super) fn rfc3339(time: Time) -> String {
    Timestamp::from_second(time.seconds).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

/// A layer's descriptor with OCI's name for what it is; its bytes stay as they are.
fn as_oci(layer: &Descriptor) -> Descriptor {
    let media_type = match layer.media_type.as_str() {
        media_type::DOCKER_LAYER => media_type::LAYER_GZIP,
        media_type::DOCKER_LAYER_TAR => media_type::LAYER,
        media_type::DOCKER_FOREIGN_LAYER => "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
        other => other,
    };
    Descriptor { media_type: media_type.to_owned(), ..layer.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Digest;

    #[test]
    fn the_time_is_the_asked_one_or_the_bases() {
        let mut base = ImageConfig::empty(Platform::new("windows", "amd64"));
        assert_eq!(epoch_of(None, Some(&base)), FIRST);
        base.created = Some("2026-11-10T01:02:03.5Z".to_owned());
        assert_eq!(rfc3339(epoch_of(None, Some(&base))), "2026-11-10T01:02:03Z");
        assert_eq!(epoch_of(Some(Time::at(5)), Some(&base)), Time::at(5));
        base.created = Some("0001-01-01T00:00:00Z".to_owned());
        assert_eq!(epoch_of(None, Some(&base)), FIRST);
    }

    #[test]
    fn a_base_layer_is_renamed_and_not_repacked() {
        let layer = Descriptor::new(media_type::DOCKER_LAYER, Digest::of(b"x"), 1);
        let renamed = as_oci(&layer);
        assert_eq!((renamed.media_type.as_str(), &renamed.digest), (media_type::LAYER_GZIP, &layer.digest));
    }
}
