//! A process that writes to a store is killed at any moment, many times: the store is whole after each.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::collections::HashSet;
use std::env;
use std::io::{Read, Write};
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use wbuild::image::{Digest, media_type};
use wbuild::layer::{Compression, Content, Entry, Flavor, Options};
use wbuild::progress::Bar;
use wbuild::store::{REF_NAME, Store};

/// Tells this program to be the one that is killed, and where it writes.
const STORE: &str = "WBUILD_TEST_STORE";
const KILLS: u64 = 200;

/// Numbers that look random and are the same in each run.
fn noise(seed: u64) -> u64 {
    let mixed = (seed ^ (seed >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53) >> 11
}

/// Writes until it is killed: layers, a document that needs them, a name for it, a step that is remembered.
fn write_for_ever(root: &Path) -> ! {
    let store = Store::create(root).unwrap();
    let options = Options {
        flavor: Flavor::Windows,
        compression: Compression::Gzip(1),
        latest: None,
        threads: NonZeroUsize::new(2).unwrap(),
        progress: Bar::default(),
    };
    let mut round = u64::from(std::process::id());
    loop {
        round += 1;
        let bytes: Vec<u8> = (0..5_000).flat_map(|at| noise(round * 5_000 + at).to_le_bytes()).collect();
        let layer = store.put_layer(&mut vec![Entry::file("x", Content::bytes(bytes))], &options).unwrap();
        let image = store.put_json(media_type::MANIFEST, &layer.descriptor).unwrap();
        store.tag(Some(&format!("name-{}", round % 7)), &image).unwrap();
        store.put_step(&format!("step-{}", round % 5), &layer.descriptor.digest).unwrap();
        store.layer_index(&layer.descriptor.digest, &layer.diff_id, Flavor::Windows).unwrap();
    }
}

/// Every blob has the bytes of its name, every name and every step has its blob, and nothing unfinished stays.
fn check(root: &Path) -> usize {
    if !root.exists() {
        return 0;
    }
    let store = Store::create(root).unwrap();
    let mut blobs = HashSet::new();
    for file in std::fs::read_dir(root.join("blobs/sha256")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        let digest: Digest = format!("sha256:{name}").parse().unwrap();
        store.open_blob(&digest).unwrap().read_to_end(&mut Vec::new()).unwrap();
        blobs.insert(digest);
    }
    for image in store.index().unwrap().manifests {
        assert!(blobs.contains(&image.digest), "{} has no blob", image.annotations[REF_NAME]);
    }
    let steps = (0..5).filter_map(|number| store.step::<Digest>(&format!("step-{number}")));
    assert!(steps.into_iter().all(|digest| blobs.contains(&digest)));
    assert_eq!(std::fs::read_dir(root.join(".wbuild/tmp")).unwrap().count(), 0);
    blobs.len()
}

#[test]
fn a_store_is_whole_after_each_of_many_kills() {
    if let Some(root) = env::var_os(STORE) {
        write_for_ever(Path::new(&root));
    }
    let folder = tempfile::tempdir().unwrap();
    let mut written = std::collections::BTreeMap::new();
    // Microseconds within which a writer is killed.
    let mut within = 120_000;
    for kill in 0..KILLS * 10 {
        // A new store now and then, so that its making is interrupted too.
        let root = folder.path().join(format!("store-{}", kill / 8));
        let mut writer = Command::new(env::current_exe().unwrap())
            .args(["--exact", "a_store_is_whole_after_each_of_many_kills", "--nocapture"])
            .env(STORE, &root)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_micros(2_000 + noise(kill) % within));
        writer.kill().unwrap();
        writer.wait().unwrap();
        let blobs = check(&root);
        // A slow machine starts its writers late: they get more time until there is something to lose.
        let is_more = written.insert(kill / 8, blobs).unwrap_or_default() < blobs;
        within = if is_more { within * 3 / 4 } else { within * 5 / 4 }.clamp(120_000, 60_000_000);
        if kill >= KILLS && written.values().sum::<usize>() > 50 {
            return;
        }
    }
    panic!("{written:?} blobs are too few to have tried anything");
}

#[test]
fn two_processes_write_to_one_store() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("store");
    let writer = || {
        Command::new(env::current_exe().unwrap())
            .args(["--exact", "a_store_is_whole_after_each_of_many_kills"])
            .env(STORE, &root)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut writers = [writer(), writer(), writer()];
    // Each writes at least seven blobs to a store that it has to itself.
    let blobs = || std::fs::read_dir(root.join("blobs/sha256")).map_or(0, Iterator::count);
    while blobs() <= 20 && writers.iter_mut().all(|writer| writer.try_wait().unwrap().is_none()) {
        thread::sleep(Duration::from_millis(10));
    }
    for writer in &mut writers {
        assert!(writer.try_wait().unwrap().is_none(), "it ended by itself");
        writer.kill().unwrap();
        writer.wait().unwrap();
    }
    assert!(check(&root) > 6);
}

#[test]
fn a_blob_that_is_not_finished_is_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let mut writer = store.writer().unwrap();
    writer.write_all(b"half").unwrap();
    drop(writer);
    assert_eq!(check(folder.path()), 0);
}
