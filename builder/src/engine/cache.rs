//! Finished engine steps in a registry: an image manifest for each, under a tag that its key makes.
//!
//! A manifest has the step's layer, byte for byte as the image has it, and a small config, so that every registry takes
//! it as an image. Its annotations hold the whole key and what the layer alone does not tell. Two builds that put the
//! same step there at once overwrite each other with the same meaning.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use serde::{Deserialize, Serialize};

use crate::failure::{Exit, Failure};
use crate::image::{Descriptor, Digest, ImageConfig, Manifest, Platform, media_type};
use crate::progress::{Progress, Transfer};
use crate::registry::{Client, Reference, RegistryImage, copy};
use crate::store::{ImageSource, Store, source};

/// A finished step as stores and caches remember it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finished {
    /// The layer that it added; none when it changed nothing.
    pub layer: Option<FinishedLayer>,
    /// How it ended.
    pub code: i64,
}

/// The layer of a finished step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FinishedLayer {
    /// The blob.
    pub descriptor: Descriptor,
    /// The digest before compression.
    pub diff_id: Digest,
}

const KEY: &str = "dev.wbuild.step";
const DIFF_ID: &str = "dev.wbuild.diff-id";
const CODE: &str = "dev.wbuild.exit-code";
/// What stands for the layer of a step that changed nothing: registries want one.
const EMPTY: &str = "application/vnd.oci.empty.v1+json";

/// The name of a step in a cache: the tag of the cache is the beginning of the step's.
fn name(cache: &Reference, key: &Digest) -> Reference {
    let tag = match cache.target() {
        crate::registry::Target::Tag(tag) if tag != crate::registry::DEFAULT_TAG => tag,
        _ => "step".to_owned(),
    };
    // Tags have 128 characters at most; half a digest is enough to tell steps apart, and the annotation has the whole.
    let kept: String = tag.chars().take(80).collect();
    cache.repository.tag(&format!("{kept}-{}", &key.hex()[..32]))
}

/// The caches of a build.
pub struct Caches {
    /// The client.
    pub client: Arc<Client>,
    /// Where finished steps are taken from, in order.
    pub from: Vec<Reference>,
    /// Where they are put.
    pub to: Vec<Reference>,
    /// Those that could not be reached: asking again for each step would only take time.
    gone: Mutex<BTreeSet<Reference>>,
}

impl Caches {
    /// Reads the references of `--cache-from` and `--cache-to`.
    ///
    /// # Errors
    /// One that is none.
    pub fn new(client: &Arc<Client>, from: &[String], to: &[String]) -> Result<Self, Failure> {
        let read = |option: &str, texts: &[String]| {
            let parse = |text: &String| {
                let usage = |error| Failure::new(Exit::Usage, format!("{option} {text}: {error}"));
                text.trim_start_matches("docker://").parse::<Reference>().map_err(|error| usage(error.to_string()))
            };
            texts.iter().map(parse).collect::<Result<Vec<_>, _>>()
        };
        let (from, to) = (read("--cache-from", from)?, read("--cache-to", to)?);
        Ok(Caches { client: Arc::clone(client), from, to, gone: Mutex::default() })
    }

    /// Takes a step from the first cache that has it; its layer is then in the store. A cache that cannot be reached is
    /// told and left out: it is no reason to stop.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn take(&self, key: &Digest, store: &Store, progress: &Progress) -> Result<Option<Finished>, Failure> {
        for cache in &self.from {
            if self.gone().contains(cache) {
                continue;
            }
            match self.take_from(cache, key, store, progress) {
                Ok(Some(finished)) => return Ok(Some(finished)),
                Ok(None) => {}
                Err(failure) => {
                    progress.warn(&format!("the cache {cache} is left out of this build: {failure}"));
                    self.gone().insert(cache.clone());
                }
            }
        }
        Ok(None)
    }

    fn gone(&self) -> MutexGuard<'_, BTreeSet<Reference>> {
        self.gone.lock().expect("nothing panics while it is held")
    }

    fn take_from(
        &self,
        cache: &Reference,
        key: &Digest,
        store: &Store,
        progress: &Progress,
    ) -> Result<Option<Finished>, Failure> {
        let reference = name(cache, key);
        if self.client.find_manifest(&reference)?.is_none() {
            return Ok(None);
        }
        let image = RegistryImage::new(&self.client, reference);
        let manifest: Manifest = source::parse(&image, &image.root()?)?;
        let Some(finished) = finished(&manifest, key) else { return Ok(None) };
        if let Some(layer) = &finished.layer {
            let what = format!("step {}", key.short());
            let bar = progress.transfer(Transfer::Pull, &what, Some(layer.descriptor.size));
            source::copy_blob(&image, &layer.descriptor, store, |bytes| bar.add(bytes))?;
        }
        Ok(Some(finished))
    }

    /// Puts a step into every cache that takes steps.
    ///
    /// # Errors
    /// When a registry does not take it.
    pub fn put(
        &self,
        key: &Digest,
        platform: &Platform,
        finished: &Finished,
        store: &Store,
        progress: &Progress,
    ) -> Result<(), Failure> {
        if self.to.is_empty() {
            return Ok(());
        }
        let manifest = store.put_json(media_type::MANIFEST, &manifest(key, platform, finished, store)?)?;
        let image = store.source(Some(manifest.digest.as_str()))?;
        for cache in &self.to {
            copy::push(&self.client, &image, None, &[name(cache, key)], progress)?;
        }
        Ok(())
    }
}

/// What a manifest says of a step; nothing when it is another's.
fn finished(manifest: &Manifest, key: &Digest) -> Option<Finished> {
    let annotation = |name: &str| manifest.annotations.get(name).map(String::as_str);
    if annotation(KEY)? != key.as_str() {
        return None;
    }
    let code = annotation(CODE)?.parse().ok()?;
    let [layer] = &manifest.layers[..] else { return None };
    if layer.media_type == EMPTY {
        return Some(Finished { layer: None, code });
    }
    let diff_id = annotation(DIFF_ID)?.parse().ok()?;
    Some(Finished { layer: Some(FinishedLayer { descriptor: layer.clone(), diff_id }), code })
}

fn manifest(key: &Digest, platform: &Platform, finished: &Finished, store: &Store) -> Result<Manifest, Failure> {
    let mut config = ImageConfig::empty(platform.clone());
    let mut annotations =
        BTreeMap::from([(KEY.to_owned(), key.to_string()), (CODE.to_owned(), finished.code.to_string())]);
    let layer = match &finished.layer {
        Some(layer) => {
            config.rootfs.diff_ids.push(layer.diff_id.clone());
            annotations.insert(DIFF_ID.to_owned(), layer.diff_id.to_string());
            layer.descriptor.clone()
        }
        None => store.put_bytes(EMPTY, b"{}")?,
    };
    let mut manifest = Manifest::new(store.put_json(media_type::CONFIG, &config)?, vec![layer]);
    manifest.annotations = annotations;
    Ok(manifest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(layer: bool) -> Finished {
        let descriptor = Descriptor::new(media_type::LAYER_GZIP, Digest::of(b"blob"), 4);
        let layer = layer.then(|| FinishedLayer { descriptor, diff_id: Digest::of(b"layer") });
        Finished { layer, code: 3010 }
    }

    #[test]
    fn a_step_comes_out_of_its_manifest_as_it_went_in() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path()).unwrap();
        let (key, platform) = (Digest::of(b"key"), Platform::new("windows", "amd64"));
        for step in [step(true), step(false)] {
            let manifest = manifest(&key, &platform, &step, &store).unwrap();
            assert_eq!(manifest.layers.len(), 1);
            assert_eq!(finished(&manifest, &key), Some(step));
            assert_eq!(finished(&manifest, &Digest::of(b"other")), None);
        }
    }

    #[test]
    fn the_tag_of_a_cache_begins_the_tags_of_its_steps() {
        let key = Digest::of(b"key");
        let tag = |text: &str| name(&text.parse().unwrap(), &key).to_string();
        assert_eq!(tag("r.example:5000/cache"), format!("r.example:5000/cache:step-{}", &key.hex()[..32]));
        assert_eq!(tag("r.example/app:main"), format!("r.example/app:main-{}", &key.hex()[..32]));
    }
}
