//! Where an image goes: its blobs are brought from the store to a place, and only then the name is set.

use std::fs;

use crate::failure::{Exit, Failure};
use crate::image::Descriptor;
use crate::store::source::{self, Root};
use crate::store::{ImageSource, Location, Store, export};

/// Writes an image, or an index with its images, from the store to a place on this machine, under these names; without
/// one it is only listed.
///
/// # Errors
/// When a blob is missing, or the place cannot be written; what was there is there still.
pub fn write(store: &Store, image: &Descriptor, to: &Location, names: &[String]) -> Result<(), Failure> {
    let source = store.source(Some(image.digest.as_str()))?;
    match to {
        Location::OciLayout { path, .. } => {
            let layout = Store::create(path)?;
            for blob in export::blobs(&source)? {
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
        Location::OciArchive { path, .. } => Ok(export::write_oci_archive(&source, names, path)?),
        Location::DockerArchive { path, .. } => match source::root(&source)? {
            Root::Image(image) => Ok(export::write_docker_archive(&source, &image, names, path)?),
            Root::Index(..) => {
                let cause = format!("{to}: docker load takes one image, and this is an index over several");
                Err(Failure::new(Exit::Usage, cause).help("build one --os-version, or write an oci-archive"))
            }
        },
        Location::Registry { .. } => {
            Err(Failure::new(Exit::Usage, format!("{to}: an image goes to a registry with -t and --push")))
        }
    }
}

/// Blobs never change, so on one disk two layouts can have one file. Where the disk cannot do that, it is copied.
fn link_or_copy(store: &Store, place: &dyn ImageSource, layout: &Store, blob: &Descriptor) -> Result<(), Failure> {
    let (from, to) = (store.blob_path(&blob.digest), layout.blob_path(&blob.digest));
    if layout.has_whole(blob) || fs::hard_link(&from, &to).is_ok() {
        return Ok(());
    }
    Ok(source::copy_blob(place, blob, layout, |_| ())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blob_that_was_cut_in_the_layout_is_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let [store, layout] = ["store", "layout"].map(|name| Store::create(&folder.path().join(name)).unwrap());
        let blob = store.put_bytes("x/y", b"abc").unwrap();
        store.tag(None, &blob).unwrap();
        fs::write(layout.blob_path(&blob.digest), "ab").unwrap();
        link_or_copy(&store, &store.source(None).unwrap(), &layout, &blob).unwrap();
        assert_eq!(fs::read(layout.blob_path(&blob.digest)).unwrap(), b"abc");
    }
}
