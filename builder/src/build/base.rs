//! Images that a build stands on or copies from: found by their names, their layers brought into the store.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

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
    /// The place that the command line has for it, if it has one.
    pub place: Option<Location>,
    /// Where it is.
    pub source: Box<dyn ImageSource>,
    /// Its documents.
    pub image: source::Image,
}

impl Found {
    /// What a registry calls it; nothing for an image that is known here only, under a name of this build.
    pub fn reference(&self) -> Option<registry::Reference> {
        match self.place.as_ref() {
            Some(Location::Registry { reference }) => reference.parse().ok(),
            Some(_) => None,
            None => self.name.parse().ok(),
        }
    }
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
    /// The rest of the world.
    pub client: &'a Arc<Client>,
}

/// Finds an image for the first of these platforms that it has: among the named contexts, then in the store, then on its
/// registry. Only its documents are fetched.
///
/// # Errors
/// When there is none, or none for the platforms; the last one is named.
pub fn find(places: &Places, name: &str, platforms: &[Wanted]) -> Result<Found, Failure> {
    let named = |failure: Failure| Failure { cause: format!("{name}: {}", failure.cause).into(), ..failure };
    let source = open(places, name).map_err(named)?;
    let mut tried =
        Err(store::Error::Unsupported { place: name.to_owned(), what: "no platform was asked for".to_owned() });
    for wanted in platforms {
        tried = source::choose(&*source, wanted);
        if !matches!(tried, Err(store::Error::NoSuchPlatform { .. })) {
            break;
        }
    }
    let image = tried.map_err(|error| named(error.into()))?;
    let place = match places.named.get(&name.to_lowercase()) {
        Some(Named::Image(location)) => Some(location.clone()),
        _ => None,
    };
    Ok(Found { name: name.to_owned(), place, source, image })
}

/// The images that a platform means.
pub fn wanted(platform: &Platform) -> Wanted {
    Wanted {
        os: Some(platform.os.clone()),
        architecture: Some(platform.architecture.clone()).filter(|text| !text.is_empty()),
        os_version: platform.os_version.clone(),
    }
}

fn open(places: &Places, name: &str) -> Result<Box<dyn ImageSource>, Failure> {
    match places.named.get(&name.to_lowercase()) {
        Some(Named::Image(location)) => return Ok(registry::open(location, places.client)?),
        Some(Named::Folder(folder)) => {
            let cause = format!("{} is a folder of files, and an image is needed", folder.display());
            return Err(Failure::new(Exit::Usage, cause));
        }
        None => {}
    }
    let reference: registry::Reference = name.parse().map_err(|error| Failure::new(Exit::Dockerfile, error))?;
    match places.store.source(Some(&reference.to_string())) {
        Ok(local) => Ok(Box::new(local)),
        Err(_) => Ok(registry::open(&Location::Registry { reference: reference.to_string() }, places.client)?),
    }
}

/// How many layers come at once.
const PULLS: usize = 3;

/// Brings the layers of an image into the store.
///
/// # Errors
/// When one cannot be had, or is not what it should be.
pub fn pull(found: &Found, store: &Store, progress: &Progress) -> Result<(), Failure> {
    let missing: Vec<&Descriptor> =
        found.image.manifest.layers.iter().filter(|layer| !store.has(&layer.digest)).collect();
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
