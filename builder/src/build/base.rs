//! Images that a build stands on or copies from: found by their names, their layers brought into the store.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::engine::LocalImage;
use crate::failure::{Exit, Failure};
use crate::image::{Descriptor, Platform};
use crate::progress::{Progress, Transfer};
use crate::registry::{self, Client};
use crate::store::source::{self, Wanted};
use crate::store::{self, ImageSource, Location, Store};

/// An image that was found.
pub struct Found {
    /// How the Dockerfile calls it.
    pub name: String,
    /// What registries call it; nothing for an image that is known here only.
    pub reference: Option<registry::Reference>,
    /// The engine's id of it, where it was taken from there.
    pub on_engine: Option<String>,
    /// Where it is.
    pub source: Box<dyn ImageSource>,
    /// Its documents.
    pub image: source::Image,
}

/// What a named context (`--build-context NAME=...`) is.
#[derive(Clone, Debug)]
pub enum Named {
    /// A folder of files.
    Folder(PathBuf),
    /// An image.
    Image(Location),
}

impl Named {
    /// What stands behind the `=`.
    ///
    /// # Errors
    /// When it names no place.
    pub fn parse(name: &str, text: &str) -> Result<Self, Failure> {
        let usage = |error: String| Failure::new(Exit::Usage, format!("--build-context {name}: {error}"));
        let is_image = ["oci:", "oci-archive:", "docker-archive:", "docker:"].iter().any(|kind| text.starts_with(kind));
        if is_image {
            return text.parse().map(Named::Image).map_err(|error| usage(format!("{error}")));
        }
        // As buildx has it.
        if let Some(reference) = text.strip_prefix("docker-image://") {
            return Ok(Named::Image(Location::Registry { reference: reference.to_owned() }));
        }
        let folder = PathBuf::from(text);
        match folder.is_dir() {
            true => Ok(Named::Folder(folder)),
            false => Err(usage(format!("{text} is no folder and no place of an image"))),
        }
    }
}

/// Where images are looked for.
pub struct Places<'a> {
    /// What the command line names.
    pub named: &'a BTreeMap<String, Named>,
    /// What was built here before.
    pub store: &'a Store,
    /// What the engine of the build has: by a name, and whether only what no registry has is asked for.
    pub engine: &'a AskEngine<'a>,
    /// Where it is told that an image comes from the engine after all.
    pub progress: &'a Progress,
    /// The rest of the world.
    pub client: &'a Arc<Client>,
}

/// Finds an image for the first of these platforms that it has: among the named contexts, in the store, on the engine
/// where no registry has it, and on its registry, of which only the documents are fetched. What its registry does not
/// give either, the engine may have all the same.
///
/// # Errors
/// When there is none, or none for the platforms; the last one is named.
pub fn find(places: &Places, name: &str, platforms: &[Wanted]) -> Result<Found, Failure> {
    let named = |failure: Failure| failure.about(name);
    let Opened { source, reference, on_engine } = open(places, name).map_err(named)?;
    let failure = match choose(&*source, name, platforms) {
        Ok(image) => return Ok(Found { name: name.to_owned(), reference, on_engine, source, image }),
        Err(error @ store::Error::Remote(_)) => Failure::from(error),
        Err(error) => return Err(named(error.into())),
    };
    let is_named = places.named.contains_key(&name.to_lowercase());
    let there = if is_named { None } else { (places.engine)(name, false).map_err(named)? };
    let Some(LocalImage { id, source }) = there else { return Err(named(failure)) };
    places.progress.warn(&format!("{name} is taken as the engine has it: {failure}"));
    let image = choose(&*source, name, platforms).map_err(|error| named(error.into()))?;
    Ok(Found { name: name.to_owned(), reference: None, on_engine: Some(id), source, image })
}

fn choose(source: &dyn ImageSource, name: &str, platforms: &[Wanted]) -> Result<source::Image, store::Error> {
    let mut tried =
        Err(store::Error::Unsupported { place: name.to_owned(), what: "no platform was asked for".to_owned() });
    for wanted in platforms {
        tried = source::choose(source, wanted);
        if !matches!(tried, Err(store::Error::NoSuchPlatform { .. })) {
            break;
        }
    }
    tried
}

/// The images that a platform means.
pub fn wanted(platform: &Platform) -> Wanted {
    Wanted {
        os: Some(platform.os.clone()),
        architecture: Some(platform.architecture.clone()).filter(|text| !text.is_empty()),
        os_version: platform.os_version.clone(),
    }
}

/// Asks an engine for an image of a name, or only for one that no registry has.
pub type AskEngine<'a> = dyn Fn(&str, bool) -> Result<Option<LocalImage>, Failure> + 'a;

/// Where an image is, and what it is called.
struct Opened {
    source: Box<dyn ImageSource>,
    reference: Option<registry::Reference>,
    on_engine: Option<String>,
}

fn open(places: &Places, name: &str) -> Result<Opened, Failure> {
    match places.named.get(&name.to_lowercase()) {
        Some(Named::Image(location)) => {
            let reference = match location {
                Location::Registry { reference } => reference.parse().ok(),
                _ => None,
            };
            return Ok(Opened { source: registry::open(location, places.client)?, reference, on_engine: None });
        }
        Some(Named::Folder(folder)) => {
            let cause = format!("{} is a folder of files, and an image is needed", folder.display());
            return Err(Failure::new(Exit::Usage, cause));
        }
        None => {}
    }
    let reference: registry::Reference = name.parse().map_err(|error| Failure::new(Exit::Dockerfile, error))?;
    if let Ok(local) = places.store.source(Some(&reference.to_string())) {
        return Ok(Opened { source: Box::new(local), reference: Some(reference), on_engine: None });
    }
    if let Some(LocalImage { id, source }) = (places.engine)(name, true)? {
        return Ok(Opened { source, reference: None, on_engine: Some(id) });
    }
    let location = Location::Registry { reference: reference.to_string() };
    let source = registry::open(&location, places.client)?;
    Ok(Opened { source, reference: Some(reference), on_engine: None })
}

/// How many layers come at once.
const PULLS: usize = 3;

/// Brings the layers of an image into the store.
///
/// # Errors
/// When one cannot be had, or is not what it should be.
pub fn pull(found: &Found, store: &Store, progress: &Progress) -> Result<(), Failure> {
    let missing: Vec<&Descriptor> =
        found.image.manifest.layers.iter().filter(|layer| !store.has_whole(layer)).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || -> Result<(), Failure> {
        while let Some(layer) = missing.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            let what = format!("{} {}", found.name, layer.digest.short());
            let bar = progress.transfer(Transfer::Pull, &what, Some(layer.size));
            source::copy_blob(&*found.source, layer, store, |bytes| bar.add(bytes))?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..PULLS.min(missing.len())).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("pulling does not panic"))
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::image::{Digest, ImageConfig, Manifest};

    #[test]
    fn a_layer_that_was_cut_is_pulled_again() {
        let folder = tempfile::tempdir().unwrap();
        let there = Store::create(&folder.path().join("there")).unwrap();
        let here = Store::create(&folder.path().join("here")).unwrap();
        let layer = there.put_bytes("application/vnd.oci.image.layer.v1.tar", b"a layer").unwrap();
        let config = Descriptor::new("x/y", Digest::of(b""), 0);
        let platform = Platform::new("windows", "amd64");
        let manifest = Manifest::new(config.clone(), vec![layer.clone()]);
        let image = source::Image { descriptor: config, manifest, config: ImageConfig::empty(platform) };
        there.tag(None, &layer).unwrap();
        let source = Box::new(there.source(None).unwrap());
        let found = Found { name: "base".to_owned(), reference: None, on_engine: None, source, image };
        fs::write(here.blob_path(&layer.digest), "a la").unwrap();
        pull(&found, &here, &Progress::silent()).unwrap();
        assert_eq!(fs::read(here.blob_path(&layer.digest)).unwrap(), b"a layer");
    }
}
