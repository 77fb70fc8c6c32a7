//! `verify` on images that are damaged or made as other tools make them.

use std::fs;
use std::path::Path;

use serde_json::Value;
use wbuild::image::{Digest, Index, Platform, media_type};
use wbuild::layer::header::Header;
use wbuild::layer::{Compression, Content, Entry};
use wbuild::store::Store;

use super::{base, expect, json, on_base, put};

/// The codes that `verify` finds, each once.
fn codes(code: i32, root: &Path) -> Vec<String> {
    let report = json(code, &["verify", &format!("oci:{}:v1", root.display())]);
    let mut defects: Vec<&Value> = report["defects"].as_array().unwrap().iter().collect();
    for image in report["images"].as_array().unwrap() {
        defects.extend(image["defects"].as_array().unwrap());
    }
    let mut codes: Vec<String> = defects.iter().map(|defect| defect["code"].as_str().unwrap().to_owned()).collect();
    codes.sort();
    codes.dedup();
    codes
}

fn sample(root: &Path) -> wbuild::image::Descriptor {
    let entries = vec![Entry::file("a.txt", Content::bytes(vec![b'x'; 5000]))];
    on_base(root, "nanoserver-ltsc2022", entries, Compression::Gzip(6))
}

/// The last layer of the image of a layout.
fn layer(root: &Path) -> wbuild::image::Descriptor {
    let store = Store::open(root).unwrap();
    let place = store.source(None).unwrap();
    let image = wbuild::store::source::choose(&place, &wbuild::store::Wanted::default()).unwrap();
    image.manifest.layers.last().unwrap().clone()
}

#[test]
fn a_damaged_blob_has_the_code_of_its_damage() {
    let folder = tempfile::tempdir().unwrap();
    type Damage = fn(&mut Vec<u8>);
    let cases: [(&str, Damage, &[&str]); 4] = [
        ("changed", |bytes| bytes[40] ^= 0x55, &["WL039", "WL101"]),
        ("cut", |bytes| bytes.truncate(100), &["WL039", "WL102"]),
        ("longer", |bytes| bytes.extend_from_slice(&[0; 700]), &["WL039", "WL102"]),
        ("empty", Vec::clear, &["WL102", "WL112"]),
    ];
    for (name, damage, expected) in cases {
        let root = folder.path().join(name);
        sample(&root);
        let path = Store::open(&root).unwrap().blob_path(&layer(&root).digest);
        let mut bytes = fs::read(&path).unwrap();
        damage(&mut bytes);
        fs::write(&path, bytes).unwrap();
        let found = codes(7, &root);
        assert!(expected.iter().all(|code| found.contains(&(*code).to_owned())), "{name}: {found:?}");
    }
    let root = folder.path().join("missing");
    sample(&root);
    fs::remove_file(Store::open(&root).unwrap().blob_path(&layer(&root).digest)).unwrap();
    assert_eq!(codes(7, &root), ["WL104"]);
}

#[test]
fn documents_that_contradict_each_other_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    sample(root);
    let store = Store::open(root).unwrap();
    let place = store.source(None).unwrap();
    let image = wbuild::store::source::choose(&place, &wbuild::store::Wanted::default()).unwrap();
    let (layers, config) = (image.manifest.layers, image.config);

    let mut other = config.clone();
    other.platform.os_version = None;
    put(&store, &other, layers.clone());
    assert_eq!(codes(7, root), ["WL107"]);

    let mut other = config.clone();
    other.rootfs.diff_ids[1] = Digest::of(b"");
    put(&store, &other, layers.clone());
    assert_eq!(codes(7, root), ["WL103"]);

    put(&store, &config, layers[..1].to_vec());
    assert_eq!(codes(7, root), ["WL105", "WL106"]);

    let mut foreign = layers.clone();
    foreign[1].media_type = media_type::DOCKER_FOREIGN_LAYER.to_owned();
    put(&store, &config, foreign);
    assert_eq!(codes(0, root), ["WL110", "WL111"]);

    let mut plain = layers.clone();
    plain[1].media_type = media_type::LAYER_ZSTD.to_owned();
    put(&store, &config, plain);
    assert_eq!(codes(7, root), ["WL112"]);
    let report = json(7, &["verify", &format!("oci:{}:v1", root.display())]).to_string();
    assert!(report.contains("+zstd is gzip in truth"), "{report}");

    let good = put(&store, &config, layers);
    let mut second = good.clone();
    second.platform = Some(Platform::new("windows", "amd64"));
    let index = store.put_json(media_type::INDEX, &Index::new(vec![good.clone(), second])).unwrap();
    store.tag(Some("v1"), &index).unwrap();
    assert_eq!(codes(7, root), ["WL108"]);
    let mut linux = good;
    linux.platform = Some(Platform::new("linux", "amd64"));
    let index = store.put_json(media_type::INDEX, &Index::new(vec![linux])).unwrap();
    store.tag(Some("v1"), &index).unwrap();
    assert_eq!(codes(7, root), ["WL109"]);
}

/// As BuildKit writes: link targets with the layer's own prefix, times of creation without padding.
#[test]
fn the_habits_of_other_builders_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    sample(root);
    let store = Store::open(root).unwrap();
    let place = store.source(None).unwrap();
    let image = wbuild::store::source::choose(&place, &wbuild::store::Wanted::default()).unwrap();
    let mut tar = Vec::new();
    for (kind, name, link) in
        [(b'5', "Hives", ""), (b'5', "Files", ""), (b'2', "Files/link", "Files/a.txt"), (b'0', "Files/none/a.txt", "")]
    {
        let mut header = Header { name: name.into(), kind, link: link.into(), ..Header::default() };
        header.records.insert("LIBARCHIVE.creationtime".to_owned(), b"1795304794.16779500".to_vec());
        tar.extend(header.encode());
    }
    tar.extend([0; 1024]);
    let layer = store.put_bytes(media_type::LAYER, &tar).unwrap();
    let mut config = image.config;
    config.rootfs.diff_ids[1] = Digest::of(&tar);
    put(&store, &config, vec![image.manifest.layers[0].clone(), layer]);
    assert_eq!(codes(7, root), ["WL015", "WL022", "WL025", "WL026"]);
    let text = expect(7, &["verify", &format!("oci:{}", root.display())]);
    assert!(text.contains("error WL022 link-target-in-files"), "{text}");
    assert!(text.contains("layer 2: Files/link: the target is `Files/a.txt`"), "{text}");
    assert!(text.ends_with("errors: 6, warnings: 4\n"), "{text}");
}

#[test]
fn the_bases_of_the_repository_are_in_order() {
    for name in ["nanoserver", "servercore-ltsc2025"] {
        let text = expect(0, &["verify", &base(name)]);
        assert!(text.ends_with("nothing is wrong\n"), "{text}");
    }
}
