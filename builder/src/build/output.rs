//! Where an image goes: its blobs are brought from the store to a layout, and only then the name is set.

use std::fs;

use crate::failure::{Exit, Failure};
use crate::image::{Descriptor, media_type};
use crate::store::source::{self, Root};
use crate::store::{ImageSource, Location, Store};

/// Writes an image, or an index with its images, from the store to a place on this machine, under these names; without
/// one it is only listed.
///
/// # Errors
/// When a blob is missing, or the place cannot be written; its index is as it was then.
pub fn write(store: &Store, image: &Descriptor, to: &Location, names: &[String]) -> Result<(), Failure> {
    match to {
        Location::OciLayout { path, .. } => {
            let layout = Store::create(path)?;
            let source = store.source(Some(image.digest.as_str()))?;
            for blob in blobs(&source, image)? {
                link_or_copy(store, &source, &layout, &blob)?;
            }
            for name in names {
                layout.tag(Some(name), image)?;
            }
            if names.is_empty() {
                layout.tag(None, image)?;
            }
            Ok(())
        }
        Location::OciArchive { .. } | Location::DockerArchive { .. } => {
            Err(Failure::new(Exit::Usage, format!("{to}: archives are not written yet")))
        }
        Location::Registry { .. } => {
            Err(Failure::new(Exit::Usage, format!("{to}: an image goes to a registry with -t and --push")))
        }
    }
}

/// Everything that an image consists of, each blob before what names it.
fn blobs(place: &dyn ImageSource, image: &Descriptor) -> Result<Vec<Descriptor>, Failure> {
    let mut found = Vec::new();
    match source::root(place)? {
        Root::Image(one) => add(&mut found, &one),
        Root::Index(_, index) => {
            for one in &index.manifests {
                add(&mut found, &source::image(place, one.clone())?);
            }
            found.push(Descriptor::new(media_type::INDEX, image.digest.clone(), image.size));
        }
    }
    Ok(found)
}

fn add(found: &mut Vec<Descriptor>, image: &source::Image) {
    found.extend(image.manifest.layers.iter().cloned());
    found.push(image.manifest.config.clone());
    found.push(image.descriptor.clone());
}

/// Blobs never change, so on one disk two layouts can have one file. Where the disk cannot do that, it is copied.
fn link_or_copy(store: &Store, place: &dyn ImageSource, layout: &Store, blob: &Descriptor) -> Result<(), Failure> {
    let (from, to) = (store.blob_path(&blob.digest), layout.blob_path(&blob.digest));
    if layout.has(&blob.digest) || fs::hard_link(&from, &to).is_ok() {
        return Ok(());
    }
    Ok(source::copy_blob(place, blob, layout, |_| ())?)
}
