//! A store alone, without images that mean anything.

use std::fs;
use std::io::{Read, Write};

use super::*;
use crate::image::media_type;

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("store")).unwrap();
    (folder, store)
}

fn unfinished(store: &Store) -> usize {
    fs::read_dir(store.own("tmp")).unwrap().count()
}

#[test]
fn a_blob_is_there_when_it_is_whole() {
    let (_folder, store) = store();
    let mut writer = store.writer().unwrap();
    writer.write_all(b"abc").unwrap();
    assert!(!store.has(&Digest::of(b"abc")));
    let (digest, size) = writer.commit(Some(&Digest::of(b"abc"))).unwrap();
    assert_eq!((&digest, size), (&Digest::of(b"abc"), 3));
    let mut bytes = Vec::new();
    store.open_blob(&digest).unwrap().read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes, b"abc");
    assert_eq!(unfinished(&store), 0);
}

#[test]
fn another_digest_is_no_blob() {
    let (_folder, store) = store();
    let mut writer = store.writer().unwrap();
    writer.write_all(b"abd").unwrap();
    let error = writer.commit(Some(&Digest::of(b"abc"))).unwrap_err();
    assert!(matches!(error, Error::DigestMismatch { .. }), "{error}");
    assert!(!store.has(&Digest::of(b"abc")) && !store.has(&Digest::of(b"abd")));
    assert_eq!(unfinished(&store), 0);
}

#[test]
fn a_blob_that_was_changed_is_noticed_while_it_is_read() {
    let (_folder, store) = store();
    let blob = store.put_bytes("x/y", b"abc").unwrap();
    fs::write(store.blob_path(&blob.digest), "abd").unwrap();
    let error = store.open_blob(&blob.digest).unwrap().read_to_end(&mut Vec::new()).unwrap_err();
    let error = error.downcast::<Error>().unwrap();
    assert!(matches!(&error, Error::Damaged { path, .. } if *path == store.blob_path(&blob.digest)), "{error}");
    assert!(error.to_string().contains("remove this file"), "{error}");
    // Written again, it is whole again, whether or not its size shows that it was not.
    for damaged in ["ab", "abd"] {
        fs::write(store.blob_path(&blob.digest), damaged).unwrap();
        store.put_bytes("x/y", b"abc").unwrap();
        assert_eq!(fs::read(store.blob_path(&blob.digest)).unwrap(), b"abc");
    }
}

#[test]
fn a_blob_that_was_cut_is_copied_again() {
    let (_folder, store) = store();
    let (_other_folder, other) = self::store();
    let image = other.put_bytes(media_type::MANIFEST, b"{}").unwrap();
    other.tag(None, &image).unwrap();
    fs::write(store.blob_path(&image.digest), "{").unwrap();
    source::copy_blob(&other.source(None).unwrap(), &image, &store, |_| ()).unwrap();
    assert_eq!(fs::read(store.blob_path(&image.digest)).unwrap(), b"{}");
}

#[test]
fn leftovers_go_and_what_is_being_written_stays() {
    let (_folder, store) = store();
    fs::write(store.own("tmp/left"), "by a killed process").unwrap();
    let mut writer = store.writer().unwrap();
    writer.write_all(b"abc").unwrap();
    let again = Store::create(store.root()).unwrap();
    assert!(!store.own("tmp/left").exists());
    let (digest, _) = writer.commit(None).unwrap();
    assert!(again.has(&digest));
}

#[test]
fn a_name_goes_from_one_image_to_the_next() {
    let (_folder, store) = store();
    let image = |text: &str| Descriptor::new(media_type::MANIFEST, Digest::of(text.as_bytes()), 1);
    store.tag(Some("v1"), &image("a")).unwrap();
    store.tag(Some("v2"), &image("a")).unwrap();
    store.tag(Some("v1"), &image("b")).unwrap();
    store.tag(None, &image("c")).unwrap();
    store.tag(None, &image("c")).unwrap();
    let digests: Vec<Digest> = store.index().unwrap().manifests.into_iter().map(|image| image.digest).collect();
    assert_eq!(digests, [image("b").digest, image("a").digest, image("c").digest]);
    let root = |name| store.source(name).unwrap().root().unwrap().digest;
    assert_eq!(root(Some("v2")), image("a").digest);
    assert_eq!(root(Some(image("c").digest.as_str())), image("c").digest);
    assert!(matches!(store.source(None), Err(Error::Ambiguous { .. })));
    assert!(matches!(store.source(Some("v3")), Err(Error::NoSuchName { known, .. }) if known == ["v1", "v2"]));
}

#[test]
fn names_given_at_once_are_all_kept() {
    let (_folder, store) = store();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let store = store.clone();
            scope.spawn(move || {
                for number in 0..5 {
                    let name = format!("{thread}-{number}");
                    let image = store.put_bytes(media_type::MANIFEST, name.as_bytes()).unwrap();
                    store.tag(Some(&name), &image).unwrap();
                }
            });
        }
    });
    let index = store.index().unwrap();
    assert_eq!(index.manifests.len(), 40);
    assert!(index.manifests.iter().all(|image| store.has(&image.digest)));
}

#[test]
fn steps_are_remembered_and_damaged_ones_forgotten() {
    let (_folder, store) = store();
    assert_eq!(store.step::<String>("k1"), None);
    store.put_step("k1", &"done").unwrap();
    assert_eq!(store.step::<String>("k1").as_deref(), Some("done"));
    fs::write(store.own("steps/k1"), "\"do").unwrap();
    assert_eq!(store.step::<String>("k1"), None);
}

#[test]
fn a_folder_with_something_else_in_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "x").unwrap();
    assert!(matches!(Store::create(folder.path()), Err(Error::NoLayout { .. })));
    assert!(matches!(Store::open(folder.path()), Err(Error::NoLayout { .. })));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
